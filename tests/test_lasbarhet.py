import pytest

from styrlib import lasbarhet

SENTENCE = "Nämnden ansvarar för skolan i kommunen"  # six words, three longer than six letters


def test_lix_is_words_per_sentence_plus_the_share_of_long_words():
    # 10 words in 2 sentences; "kommunens", "mellanstadiet" and "avdelningen" are longer than six letters.
    # 10 / 2 + 100 × 3 / 10 = 5 + 30 = 35
    measured = lasbarhet.of_text("Skolan i kommunens by har mellanstadiet. Där är avdelningen kvar.")
    assert (measured.ord, measured.meningar) == (10, 2)
    assert measured.lix == pytest.approx(35)
    assert measured.langa == ()


def test_letters_decide_what_a_long_word_is():
    # "skolan" and "(skolan)," have six letters, "1234567" none, "a-kassa" six and "barnets" seven: 100 × 1 / 5 + 5 / 1
    assert lasbarhet.of_text("skolan (skolan), 1234567 a-kassa barnets.").lix == pytest.approx(25)


def test_a_text_without_words_has_no_lix():
    assert lasbarhet.of_text("", " – ") == lasbarhet.Lasbarhet(None, 0, 0, ())
    assert lasbarhet.problems(lasbarhet.of_text("")) == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Värdet var 81,2 procent. Det är mer än 2.5.", ["Värdet var 81,2 procent.", "Det är mer än 2.5."]),
        ("Vi läser t.ex. Strindberg, m.m. Sedan vilar vi.", ["Vi läser t.ex. Strindberg, m.m.", "Sedan vilar vi."]),
        ("Mötet börjar kl. 18 i sal nr. 3. Alla får komma!", ["Mötet börjar kl. 18 i sal nr. 3.", "Alla får komma!"]),
        ("Betyg i åk 9. Det följer 2 § skollagen.", ["Betyg i åk 9.", "Det följer 2 § skollagen."]),
        ("Se 2 kap. 3 § i lagen (2010:800). Den gäller.", ["Se 2 kap. 3 § i lagen (2010:800).", "Den gäller."]),
        ("Tecknet .. betyder att det är dolt.", ["Tecknet .. betyder att det är dolt."]),
        ("Räcker det? ”Ja.” Eleverna vill mer.", ["Räcker det?", "”Ja.”", "Eleverna vill mer."]),
        ("Målet är nått. 14 av 31 kommuner är där.", ["Målet är nått.", "14 av 31 kommuner är där."]),
        ("Den kostar 500 kr. per barn och år", ["Den kostar 500 kr. per barn och år"]),
        ("Ett kolon: det delar inte.", ["Ett kolon: det delar inte."]),
    ],
)
def test_a_full_stop_in_a_number_or_an_abbreviation_ends_no_sentence(text, parts):
    assert lasbarhet.sentences(text) == parts


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("Kostnaden var 65 337 kr per invånare.", 6),
        ("Kostnaden var 65\u00a0337,5 kr.", 4),
        ("Det var 2 243 per 100 000 invånare år 2022.", 8),
        ("Åren 2019–2022 – alla fyra – räknas.", 5),
    ],
)
def test_a_number_is_one_word_and_a_lone_sign_none(sentence, number):
    assert len(lasbarhet.words(sentence)) == number


PAGE = """<html><body><nav><p>Detta är inte brödtext.</p></nav><main>
<h1>Rubriken räknas inte.</h1>
<p class="ingress">Ingressen räknas. Den har <a href="#x">två
meningar</a>.</p>
<ul><li>Skollagen (2010:800)</li><li>Den här punkten räknas.</li></ul>
<ul><li><p><strong>Rubrik</strong> <span class="status">Klar</span></p>
<p>Stycket i punkten räknas. <span class="not">Ansvarig: rektor.</span></p></li></ul>
<ul><li><a href="#m">Namnet, på målbilden</a>: Åtgärden räknas.</li>
<li><span class="grad">Uppfylld</span>: <a href="#a">Ett</a>, <a href="#b">Två</a>.</li></ul>
<p>Stöder <a href="#a">”Ett”</a>, <a href="#b">”Två”</a>.</p>
<p><strong>Åtgärd:</strong> Åtgärden räknas.</p>
<p class="not">Bedömt av: rektor. Underlag: dialog.</p>
<p class="not">Källa: Kolada.</p>
<table><tr><td><p>I tabellen räknas inget.</p></td></tr></table>
<figure><svg><text>Text.</text></svg><figcaption><p>Inte bildtexten.</p></figcaption></figure>
<h3>Källor</h3><ul><li>En källa räknas inte.</li></ul>
<h3>Vem beslutar <span class="markning">Exempel</span></h3><ul><li>Avgifter: KF.</li></ul>
<h3>Annat</h3><p>Det här räknas igen.</p>
</main><footer><p>Inte sidfoten.</p></footer></body></html>"""


def test_only_the_running_text_of_a_page_counts_and_each_block_once():
    assert lasbarhet.running_text(PAGE) == [
        "Ingressen räknas. Den har två meningar.",
        "Den här punkten räknas.",
        "Stycket i punkten räknas.",
        "Åtgärden räknas.",
        "Det här räknas igen.",
    ]
    # Words: 2 + 4, 4, 4, 2 and 4. Long: Ingressen, meningar, punkten, Stycket, punkten and Åtgärden.
    measured = lasbarhet.of_page(PAGE)
    assert (measured.ord, measured.meningar) == (20, 6)
    assert measured.lix == pytest.approx(20 / 6 + 100 * 6 / 20)


def test_a_page_without_main_has_no_running_text():
    assert lasbarhet.of_page("<p>En mening.</p>").ord == 0


def long_sentence(number):
    return " ".join(["Alla", *["ord"] * (number - 1)]) + "."


def test_long_sentences_are_given_with_the_longest_first():
    text = f"{long_sentence(26)} {long_sentence(25)} {long_sentence(31)}"
    assert lasbarhet.of_text(text).langa == (long_sentence(31), long_sentence(26))


def test_only_what_is_far_too_long_or_too_hard_is_a_problem():
    assert lasbarhet.problems(lasbarhet.of_text(long_sentence(30))) == []
    [too_long] = lasbarhet.problems(lasbarhet.of_text(long_sentence(31)))
    assert too_long.startswith("En mening har 31 ord. Dela den, högst 30 ord: ”Alla ord")
    # 6 words a sentence and 3 of 6 long: 6 + 50 = 56, in a text of 120 words
    [hard] = lasbarhet.problems(lasbarhet.of_text(*[f"{SENTENCE}."] * 20))
    assert hard == "Texten har LIX 56, svår. Skriv kortare meningar och ord, så att den kommer under 45."
    assert lasbarhet.problems(lasbarhet.of_text(*[f"{SENTENCE}."] * 16)) == []  # 96 words are too few to say


@pytest.mark.parametrize(
    ("lix", "word"),
    [
        (25, "mycket lättläst"),
        (30, "lättläst"),
        (45, "medelsvår"),
        (55, "svår"),
        (60, "mycket svår"),
        (80, "mycket svår"),
    ],
)
def test_lix_has_a_word(lix, word):
    assert lasbarhet.grade(lix) == word


def test_a_sign_that_no_text_should_have_is_no_trouble():
    blocks = '<p>Före <span class="not">bort</span>och\x1b efter.</p><p><strong>Namn:</strong> a\x0b är bra.</p>'
    assert lasbarhet.running_text(f"<main>{blocks}</main>") == ["Före och\x1b efter.", "a\x0b är bra."]
