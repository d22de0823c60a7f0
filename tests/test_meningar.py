import itertools
import re
from dataclasses import replace

import pandas as pd
import pytest

from styrlib import lasbarhet, meningar, swedish, validate, yamltext
from styrlib.falt import Jamforelse
from styrlib.konsskillnad import Konsskillnad, Skillnad
from styrlib.lage import Lage, Laget, Plats
from styrlib.maluppfyllelse import Forslag, Utsikt, Utsiktsskal
from styrlib.storlek import Storlek
from styrlib.styrmodell import Namnd, Nyckeltal, Seriebrott
from styrlib.uppfoljning import Uppfoljning
from styrlib.utveckling import Judged, Skal, Utveckling

from .conftest import REPOSITORY

STYRMODELL = REPOSITORY / "data" / "raw" / "styrmodell"
WRONG = re.compile(r"\b(nan|None|inf|därför|tack vare|beror|tyvärr|eftersom|orsak\w*)\b| [,.;:]|−0\b(?!,)")
FEW_YEARS = Judged(Utveckling.gar_inte_att_bedoma, Skal.for_fa_ar, 4)
RISING = Judged(Utveckling.upp, Skal.grans, 10, 69.1, 77.9, 0.75, 2013)
ODD = Storlek(61.0, 75.2, 60, 1, 5600, 9800)


def measure(**facts):
    given = {"id": "N15508", "forklaring": "Så stor del.", "enhet": "procent", "riktning": "hogre"}
    return Nyckeltal(**{**given, **facts})


def follow(nyckeltal=None, **facts):
    """Return a nyckeltal followed up: 79,0 procent in 2022, unless told otherwise."""
    varde = facts.get("varde", 79.0)
    given = {
        "nyckeltal": nyckeltal or measure(),
        "namn": "Godkänt i alla ämnen",
        "kommun": "Vadstena",
        "decimaler": 1,
        "serie": pd.Series({2013: 70.0, 2022: varde}) if varde is not None else pd.Series(dtype=float),
        "ar": 2022,
        "varde": varde,
        "dold": False,
        "bas": None,
        "bredvid": {},
        "lage": Lage(None),
        "utveckling": FEW_YEARS,
        "konsskillnad": None,
        "storlek": None,
        "forslag": None,
    }
    return Uppfoljning(**{**given, **facts})


def plain(sentence):
    return sentence.replace(swedish.NBSP, " ")


@pytest.mark.parametrize(
    ("u", "sentence"),
    [
        (follow(varde=81.2, bas=66), "År 2022 var värdet 81,2 procent, räknat på 66 personer eller ärenden."),
        (follow(varde=0.0), "År 2022 var värdet 0 procent."),
        (follow(varde=100.0, bas=1), "År 2022 var värdet 100 procent, räknat på en person eller ett ärende."),
        (follow(varde=-3.25), "År 2022 var värdet −3,3 procent."),
        (follow(measure(enhet="antal"), varde=12.0, decimaler=0, bas=12), "År 2022 var värdet 12."),
        (follow(measure(enhet="dagar"), varde=1.0, decimaler=0), "År 2022 var värdet 1 dag."),
        (
            follow(measure(enhet="kr per invånare"), varde=65336.6, decimaler=0),
            "År 2022 var värdet 65 337 kr per invånare.",
        ),
        (follow(measure(enhet="barn per grupp"), varde=12.4), "År 2022 var värdet 12,4 barn per grupp."),
        (
            follow(measure(enhet="antal per 100 000 invånare"), varde=2243.0, decimaler=0),
            "År 2022 var värdet 2 243 per 100 000 invånare.",
        ),
        (follow(measure(enhet="index 0–100"), varde=67.0, decimaler=0), "År 2022 var värdet 67 på skalan 0–100."),
        (follow(measure(enhet="index"), varde=67.0, decimaler=0), "År 2022 var värdet 67."),
        (follow(varde=None, ar=None), "Det finns inget värde för kommunen."),
        (follow(varde=None), "Värdet för 2022 saknas."),
        (
            follow(varde=None, dold=True),
            "Värdet för 2022 är dolt för att det bygger på för få personer eller ärenden.",
        ),
    ],
)
def test_the_value_is_told_with_its_year_unit_and_base(u, sentence):
    assert plain(meningar.value(u)) == sentence


def test_an_old_value_is_told_to_be_old():
    assert plain(meningar.value(follow(), 2025)) == "Det senaste värdet är från 2022 och är 79,0 procent."
    assert plain(meningar.value(follow(), 2024)) == "År 2022 var värdet 79,0 procent."


@pytest.mark.parametrize(
    ("lage", "sentence"),
    [
        (Lage(Laget.basta, 287, Plats(43, 287)), "Det är plats 43 av 287 kommuner, i den bästa fjärdedelen."),
        (Lage(Laget.mitten, 287, Plats(101, 287, 3)), "Det är delad plats 101 av 287 kommuner, i mitten."),
        (
            Lage(Laget.mitten, 290, Plats(1, 290, 200)),
            "Det är delad plats 1 av 290 kommuner, i mitten: 200 kommuner har samma värde.",
        ),
        (Lage(Laget.samsta, 290, Plats(290, 290)), "Det är plats 290 av 290 kommuner, i den sämsta fjärdedelen."),
        (Lage(Laget.gar_inte_att_bedoma, 43), "Läget går inte att bedöma: bara 43 kommuner har ett värde."),
        (Lage(Laget.gar_inte_att_bedoma, 1), "Läget går inte att bedöma: bara en kommun har ett värde."),
        (Lage(Laget.saknas, 200), ""),
        (Lage(None, 200), ""),
    ],
)
def test_the_place_is_told_with_its_quarter_and_ties(lage, sentence):
    assert plain(meningar.lage(follow(lage=lage))) == sentence


@pytest.mark.parametrize(
    ("u", "sentence"),
    [
        (
            follow(
                lage=Lage(
                    Laget.basta,
                    grupper={Jamforelse.liknande: Plats(3, 8), Jamforelse.lan: Plats(5, 13, 2)},
                    mot_riket=1,
                ),
                bredvid={Jamforelse.riket: 74.3},
            ),
            (
                "Bland liknande kommuner är det plats 3 av 8 och i länet delad plats 5 av 13, "
                "och värdet är bättre än rikets."
            ),
        ),
        (
            follow(lage=Lage(Laget.basta, grupper={Jamforelse.liknande: None, Jamforelse.skr: Plats(2, 30)})),
            "I samma kommungrupp är det plats 2 av 30.",
        ),
        (
            follow(lage=Lage(Laget.samsta, mot_riket=-1), bredvid={Jamforelse.riket: 84.3}),
            "Värdet är sämre än rikets, 84,3 procent.",
        ),
        (
            follow(lage=Lage(Laget.mitten, mot_riket=0), bredvid={Jamforelse.riket: 79.0}),
            "Värdet är samma som rikets.",
        ),
        (
            follow(
                measure(riktning="ingen", enhet="kr per invånare"),
                varde=61200.0,
                decimaler=0,
                bredvid={Jamforelse.liknande: 60100.0, Jamforelse.lan: None, Jamforelse.riket: 65337.0},
            ),
            "Samma år hade liknande kommuner i medeltal 60 100 och riket 65 337 kr per invånare.",
        ),
        (
            follow(bredvid={Jamforelse.liknande: 61.2, Jamforelse.lan: 60.1, Jamforelse.riket: 65.3}),
            "Samma år hade liknande kommuner i medeltal 61,2, länet 60,1 och riket 65,3 procent.",
        ),
        (follow(bredvid={Jamforelse.riket: 65.3}), "Samma år hade riket 65,3 procent."),
        (follow(bredvid={Jamforelse.lan: 60.1}), "Samma år hade länet i medeltal 60,1 procent."),
        (follow(measure(enhet="antal"), bredvid={Jamforelse.riket: None}), ""),
        (follow(lage=Lage(Laget.mitten), bredvid={Jamforelse.riket: 65.3}), ""),
    ],
)
def test_the_others_are_told_by_places_or_by_values(u, sentence):
    assert plain(meningar.beside(u)) == sentence


@pytest.mark.parametrize(
    ("riktning", "utveckling", "word"),
    [
        ("hogre", "upp", "Bättre"),
        ("hogre", "ner", "Sämre"),
        ("lagre", "upp", "Sämre"),
        ("lagre", "ner", "Bättre"),
        ("ingen", "upp", "Ökar"),
        ("ingen", "ner", "Minskar"),
        ("hogre", "oforandrad", "Oförändrad"),
        ("ingen", "oforandrad", "Oförändrad"),
        ("lagre", "gar_inte_att_bedoma", "Går inte att bedöma"),
    ],
)
def test_the_direction_is_a_word_by_what_is_desired(riktning, utveckling, word):
    u = follow(measure(riktning=riktning), utveckling=Judged(Utveckling(utveckling), Skal.grans, 10))
    assert swedish.WORDS[u.utvecklas] == word


FALLING = {"varde": 66.0, "utveckling": Judged(Utveckling.ner, Skal.grans, 10, 69.1, 77.9, -0.75, 2013)}


@pytest.mark.parametrize(
    ("u", "sentence"),
    [
        # The limits are those of the example in docs/metod.md: 73,5 ± 2,66 × 15/9 = 69,07 and 77,93.
        (
            follow(utveckling=RISING),
            "Utvecklingen är bättre: värdet ligger högre än seriens vanliga variation, 69,1–77,9 procent.",
        ),
        (
            follow(measure(riktning="lagre"), **FALLING),
            "Utvecklingen är bättre: värdet ligger lägre än seriens vanliga variation, 69,1–77,9 procent.",
        ),
        (
            follow(**FALLING),
            "Utvecklingen är sämre: värdet ligger lägre än seriens vanliga variation, 69,1–77,9 procent.",
        ),
        (
            follow(measure(riktning="ingen"), **FALLING),
            "Värdet minskar: det ligger lägre än seriens vanliga variation, 69,1–77,9 procent.",
        ),
        (
            follow(utveckling=replace(RISING, skal=Skal.trend)),
            "Utvecklingen är bättre: värdet har stigit sedan 2013, ungefär 0,8 procentenheter om året.",
        ),
        (
            follow(
                measure(riktning="ingen", enhet="kr per invånare"),
                varde=61200.0,
                decimaler=0,
                utveckling=Judged(Utveckling.upp, Skal.trend, 10, 4e4, 7e4, 1234.5, 2014),
            ),
            "Värdet ökar: det har stigit sedan 2014, ungefär 1 235 kr per invånare om året.",
        ),
        (
            follow(
                measure(enhet="antal"),
                varde=12.0,
                decimaler=0,
                utveckling=Judged(Utveckling.upp, Skal.trend, 10, 4, 13, 0.4, 2014),
            ),
            "Utvecklingen är bättre: värdet har stigit sedan 2014, ungefär 0,4 om året.",
        ),
        (
            follow(utveckling=replace(RISING, skal=Skal.trend, lutning=0.004)),
            "Utvecklingen är bättre: värdet har stigit sedan 2013.",
        ),
        (
            follow(utveckling=replace(RISING, skal=Skal.grans_och_trend)),
            (
                "Utvecklingen är bättre: värdet har stigit sedan 2013 "
                "och ligger högre än seriens vanliga variation, 69,1–77,9 procent."
            ),
        ),
        (
            follow(varde=98.0, utveckling=Judged(Utveckling.ner, Skal.grans, 10, 99.2, 101.3, -0.1, 2013)),
            "Utvecklingen är sämre: värdet ligger lägre än seriens vanliga variation, 99,2–100,0 procent.",
        ),
        (
            follow(varde=5.0, utveckling=Judged(Utveckling.upp, Skal.grans, 10, -1.2, 3.4, 0.1, 2013)),
            "Utvecklingen är bättre: värdet ligger högre än seriens vanliga variation, 0,0–3,4 procent.",
        ),
        (
            follow(
                serie=pd.Series({2013: -2.0, 2022: 5.0}),
                varde=5.0,
                utveckling=Judged(Utveckling.upp, Skal.grans, 10, -3.2, 4.0, 0.1, 2013),
            ),
            "Utvecklingen är bättre: värdet ligger högre än seriens vanliga variation, −3,2 till 4,0 procent.",
        ),
        (  # 77,94 and 77,93 are printed alike: the interval would contradict the sentence
            follow(varde=77.94, utveckling=RISING),
            "Utvecklingen är bättre: värdet ligger högre än seriens vanliga variation.",
        ),
        (
            follow(utveckling=Judged(Utveckling.oforandrad, Skal.inget_utslag, 10, 60, 90, 0.1, 2013)),
            "Utvecklingen är oförändrad: ändringarna 2013–2022 är inte större än seriens vanliga variation.",
        ),
        (
            follow(utveckling=Judged(Utveckling.oforandrad, Skal.konstant, 10, 79, 79, 0, 2013)),
            "Utvecklingen är oförändrad: värdet har varit detsamma 2013–2022.",
        ),
        (
            follow(utveckling=Judged(Utveckling.gar_inte_att_bedoma, Skal.avstannad, 10, 60, 90, 1, 2013)),
            "Utvecklingen går inte att bedöma: förändringen har stannat av eller vänt.",
        ),
        (
            follow(utveckling=Judged(Utveckling.gar_inte_att_bedoma, Skal.motstridigt, 10, 60, 90, 1, 2013)),
            "Utvecklingen går inte att bedöma: det senaste värdet pekar åt ett håll och åren tillsammans åt ett annat.",
        ),
        (
            follow(utveckling=Judged(Utveckling.gar_inte_att_bedoma, Skal.en_andring, 10, 60, 90, 0, 2013)),
            "Utvecklingen går inte att bedöma: värdet stod stilla från 2013 och ändrades först 2022.",
        ),
        (
            follow(utveckling=Judged(Utveckling.gar_inte_att_bedoma, Skal.inget_varde, 9)),
            "Utvecklingen går inte att bedöma: det finns inget värde att visa för 2022.",
        ),
        (
            follow(utveckling=FEW_YEARS),
            "Utvecklingen går inte att bedöma: det finns bara fyra värden på tio år, och minst sex behövs.",
        ),
        (
            follow(utveckling=replace(FEW_YEARS, antal=1)),
            "Utvecklingen går inte att bedöma: det finns bara ett värde på tio år, och minst sex behövs.",
        ),
        (
            follow(utveckling=replace(FEW_YEARS, antal=0)),
            "Utvecklingen går inte att bedöma: det finns inget värde på tio år, och minst sex behövs.",
        ),
        (
            follow(measure(brott=(Seriebrott(ar=2019, vad="Ny fråga."),)), utveckling=FEW_YEARS),
            (
                "Utvecklingen går inte att bedöma: sedan sättet att mäta ändrades 2019 "
                "finns bara fyra värden, och minst sex behövs."
            ),
        ),
    ],
)
def test_the_direction_is_told_with_what_it_rests_on(u, sentence):
    assert plain(meningar.utveckling(u)) == sentence


SURE = Konsskillnad(2022, 84.1, 78.3, Skillnad.saker, 5.2, 10, 2013)


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        (None, ""),
        (SURE, "Kvinnor har högre värde än män, 84,1 mot 78,3 procent, och skillnaden återkommer över åren."),
        (
            replace(SURE, kvinnor=70.0, ar=2021),
            "År 2021 hade män högre värde än kvinnor, 78,3 mot 70,0 procent, och skillnaden återkommer över åren.",
        ),
        (
            replace(SURE, skillnad=Skillnad.osaker),
            "Kvinnor har högre värde än män, 84,1 mot 78,3 procent, men skillnaden växlar mellan åren.",
        ),
        (
            replace(SURE, skillnad=Skillnad.gar_inte_att_bedoma),
            "Kvinnor har högre värde än män, 84,1 mot 78,3 procent, men åren är för få att bedöma.",
        ),
        (
            replace(SURE, kvinnor=78.34),
            "Värdet är lika för kvinnor och män, 78,3 procent, men kvinnor har oftast haft ett högre.",
        ),
        (
            replace(SURE, kvinnor=78.34, skillnad=Skillnad.osaker),
            "Värdet är lika för kvinnor och män, 78,3 procent.",
        ),
        (
            replace(SURE, kvinnor=78.34, ar=2020, skillnad=Skillnad.osaker),
            "År 2020 var värdet lika för kvinnor och män, 78,3 procent.",
        ),
    ],
)
def test_women_and_men_are_told_with_how_sure_the_difference_is(gap, sentence):
    assert plain(meningar.konsskillnad(follow(konsskillnad=gap))) == sentence


@pytest.mark.parametrize(
    ("spread", "sentence"),
    [
        (None, ""),
        (replace(ODD, utanfor=0), ""),
        (
            ODD,
            "Värdet är ovanligt högt för en kommun av samma storlek: ungefär nio av tio har 61,0–75,2 procent.",
        ),
        (  # 78,96 and 79,0 are printed alike
            replace(ODD, ovre=78.96),
            "Värdet är ovanligt högt för en kommun av samma storlek.",
        ),
        (
            replace(ODD, utanfor=-1, nedre=80.0, ovre=100.0),
            "Värdet är ovanligt lågt för en kommun av samma storlek: ungefär nio av tio har 80,0–100,0 procent.",
        ),
    ],
)
def test_only_what_is_unusual_for_the_size_is_told(spread, sentence):
    assert plain(meningar.storlek(follow(storlek=spread))) == sentence


GOAL = Forslag(Utsikt.otrolig, 85.0, 2027, 2022, 79.0, 1.2, 0.4, 0.18)


@pytest.mark.parametrize(
    ("target", "sentence", "pace"),
    [
        (None, "", ""),
        # 85 − 79 = 6 procentenheter in 2027 − 2022 = 5 years: 1,2 a year
        (
            GOAL,
            "Målet är minst 85,0 procent till 2027, med ungefär 2 chanser av 10 att nå det.",
            "Målet kräver att värdet ökar 1,2 procentenheter om året.",
        ),
        (
            replace(GOAL, takt=-0.4, chans=0.02),
            "Målet är minst 85,0 procent till 2027, med mindre än 1 chans på 20 att nå det.",
            "Målet kräver att värdet ökar 1,2 procentenheter om året.",
        ),
        (
            replace(GOAL, takt=0.0, chans=0.07),
            "Målet är minst 85,0 procent till 2027, med ungefär 1 chans av 10 att nå det.",
            "Målet kräver att värdet ökar 1,2 procentenheter om året.",
        ),
        (
            replace(GOAL, utsikt=Utsikt.gar_inte_att_bedoma, chans=None, takt=None),
            "Målet är minst 85,0 procent till 2027, men om det nås går inte att bedöma.",
            "Målet kräver att värdet ökar 1,2 procentenheter om året.",
        ),
        *(
            (
                replace(GOAL, utsikt=Utsikt.gar_inte_att_bedoma, chans=None, takt=None, kravs=None, skal=skal),
                f"Målet är minst 85,0 procent till 2027, men {why}.",
                "",
            )
            for skal, why in [
                (Utsiktsskal.inaktuellt, "det senaste värdet är för gammalt för en bedömning"),
                (Utsiktsskal.for_langt_fram, "så långt fram går det inte att bedöma"),
                (Utsiktsskal.for_fa_ar, "åren är för få för att bedöma om det nås"),
                (Utsiktsskal.konstant, "värdet har stått stilla, och det säger inget om chansen"),
            ]
        ),
        (
            replace(GOAL, utsikt=Utsikt.natt, malniva=78.0, kravs=0.0, chans=0.66),
            "Värdet är på målnivån, minst 78,0 procent, med ungefär 7 chanser av 10 att vara kvar där 2027.",
            "",
        ),
        (
            replace(GOAL, utsikt=Utsikt.natt, malniva=78.0, kravs=None, chans=None),
            "Värdet är på målnivån för 2027, minst 78,0 procent.",
            "",
        ),
        (
            replace(GOAL, utsikt=Utsikt.natt, malniva=78.0, malar=2022, kravs=None, chans=None),
            "Målet för 2022, minst 78,0 procent, är nått.",
            "",
        ),
        (
            replace(GOAL, utsikt=Utsikt.inte_natt, malar=2022, kravs=None, chans=None),
            "Målet för 2022, minst 85,0 procent, är inte nått.",
            "",
        ),
        (
            replace(GOAL, malniva=100.0, kravs=4.2, chans=0.97),
            "Målet är 100 procent till 2027, med mer än 19 chanser på 20 att nå det.",
            "Målet kräver att värdet ökar 4,2 procentenheter om året.",
        ),
    ],
)
def test_the_target_is_told_with_what_it_takes(target, sentence, pace):
    u = follow(forslag=target)
    assert plain(meningar.malniva(u)) == sentence
    assert plain(meningar.pace(u)) == pace


STILL = Judged(Utveckling.oforandrad, Skal.inget_utslag, 10, 69.1, 90.0, 0.4, 2013)
NEED = "Målet kräver att värdet ökar 1,2 procentenheter om året"


@pytest.mark.parametrize(
    ("judged", "sentence"),
    [
        (FEW_YEARS, f"{NEED}."),
        (STILL, f"{NEED}; hittills har det inte säkert rört sig åt något håll."),
        (RISING, f"{NEED}; hittills har det ökat 0,8."),  # 0,75, and 0,8 is within a tenth of it
        (replace(RISING, lutning=0.25), f"{NEED}; hittills har det ökat 0,25."),  # 0,3 would be a fifth too much
        (replace(RISING, lutning=1.9), f"{NEED}; hittills har det ökat 1,9, men en sådan takt brukar avta."),
        (replace(RISING, utveckling=Utveckling.ner, lutning=-1.9), f"{NEED}; hittills har det minskat 1,9."),
    ],
)
def test_the_pace_so_far_is_told_only_when_it_is_more_than_noise(judged, sentence):
    assert plain(meningar.pace(follow(forslag=GOAL, utveckling=judged))) == sentence


def test_girls_and_boys_are_called_so():
    u = follow(measure(barn="ja"), konsskillnad=SURE)
    assert meningar.konsskillnad(u).startswith("Flickor har högre värde än pojkar")


def test_a_level_to_come_down_to_is_the_most():
    target = Forslag(Utsikt.oviss, 7.0, 2025, 2022, 9.1, -0.7, -0.3, 0.5)
    u = follow(measure(riktning="lagre", enhet="dagar"), varde=9.1, forslag=target)
    assert plain(meningar.malniva(u)) == "Målet är högst 7,0 dagar till 2025, med ungefär 5 chanser av 10 att nå det."
    assert plain(meningar.pace(u)) == "Målet kräver att värdet minskar 0,7 dagar om året."


def test_a_paragraph_holds_the_five_most_important_sentences_in_reading_order():
    lage = Lage(Laget.basta, 287, Plats(43, 287), grupper={Jamforelse.lan: Plats(3, 13)}, mot_riket=1)
    full = follow(lage=lage, utveckling=RISING, konsskillnad=SURE, storlek=ODD, forslag=GOAL)
    assert [plain(s).split()[0:2] for s in meningar.sentences(full)] == [
        ["År", "2022"],
        ["Det", "är"],
        ["Utvecklingen", "är"],
        ["Kvinnor", "har"],
        ["Målet", "är"],
    ]
    unsure = replace(full, konsskillnad=replace(SURE, skillnad=Skillnad.osaker), forslag=None)
    assert [plain(s).split()[0] for s in meningar.sentences(unsure)] == ["År", "Det", "I", "Värdet", "Utvecklingen"]


def test_without_a_value_to_show_one_sentence_says_so():
    hidden = follow(varde=None, dold=True, forslag=GOAL, lage=Lage(Laget.saknas, 200))
    assert len(meningar.sentences(hidden)) == 1
    assert meningar.sentences(follow(varde=None, ar=None)) == ("Det finns inget värde för kommunen.",)


def model():
    """Return the nyckeltal of the model's nämnder, one of each kind that the sentences see."""
    found = {}
    for path in sorted(STYRMODELL.glob("*.yaml")):
        content, _ = yamltext.read(path)
        if path.stem not in validate.SHARED:
            namnd = Namnd.model_validate({"id": path.stem, **content})
            found |= {(n.enhet, n.riktning, n.decimaler, bool(n.brott)): n for _, n in namnd.nyckeltal()}
    return list(found.values())


def synthetic(nyckeltal, part, parts):
    """Yield one nyckeltal followed up in made-up ways; all parts together have every reason at every place."""
    judged = [
        Judged(utveckling, skal, antal, 3.1, 7.9, slope, 2013)
        for utveckling, skal, antal, slope in [
            (Utveckling.upp, Skal.grans, 10, 0.8),
            (Utveckling.upp, Skal.trend, 8, 0.01),
            (Utveckling.upp, Skal.grans_och_trend, 10, 1234.5),
            (Utveckling.ner, Skal.grans, 10, -0.8),
            (Utveckling.ner, Skal.trend, 6, -0.06),
            (Utveckling.ner, Skal.grans_och_trend, 10, -123.4),
            (Utveckling.oforandrad, Skal.inget_utslag, 10, 0.0),
            (Utveckling.oforandrad, Skal.konstant, 10, 0.0),
            *((Utveckling.gar_inte_att_bedoma, skal, 3, 0.1) for skal in Skal),
        ]
    ]
    places = [
        Lage(None, 280),
        Lage(Laget.saknas, 200),
        Lage(Laget.gar_inte_att_bedoma, 12, mot_riket=0),
        *(
            Lage(
                laget,
                280,
                Plats(1, 280, 120),
                0.5,
                dict.fromkeys((Jamforelse.liknande, Jamforelse.skr, Jamforelse.lan), Plats(10, 30, 2)),
                mot_riket,
            )
            for laget, mot_riket in zip((Laget.basta, Laget.mitten, Laget.samsta), (1, None, -1), strict=True)
        ),
    ]
    targets = [
        None,
        *(
            Forslag(utsikt, level, year, 2022, 5.0, need, pace, chance, skal)
            for skal in (None, *Utsiktsskal)
            for utsikt, level, year, need, pace, chance in [
                (Utsikt.natt, 0.0, 2027, 0.0, 0.1, 0.96),
                (Utsikt.natt, 1234.5, 2022, None, None, None),
                (Utsikt.trolig, 100.0, 2027, 12345.6, 0.1, 0.7),
                (Utsikt.oviss, 2.5, 2024, -0.04, -12.3, 0.5),
                (Utsikt.otrolig, 2.5, 2024, -2.4, 0.0, 0.0),
                (Utsikt.gar_inte_att_bedoma, 7.5, 2027, 1.0, None, None),
            ]
        ),
    ]
    beside = {Jamforelse.liknande: 1234567.8, Jamforelse.lan: -3.2, Jamforelse.skr: 0.0, Jamforelse.riket: 100.0}
    gaps = [None, *(Konsskillnad(year, 84.1, 1234.5, s, 5, 9, 2014) for s in Skillnad for year in (2022, 2020))]
    sizes = [None, *(Storlek(-12345.6, 67890.1, 60, outside, 5600, 9800) for outside in (-1, 1))]
    values = [0.0, 100.0, -3.25, 1.0, 12.4, 1234567.8]
    for i, (way, lage) in list(enumerate(itertools.product(judged, places)))[part % parts :: parts]:
        varde = values[i % len(values)]
        yield follow(
            nyckeltal,
            varde=varde,
            serie=pd.Series({2013: -1.0 if varde < 0 else 1.0, 2022: varde}),
            decimaler=nyckeltal.decimaler if nyckeltal.decimaler is not None else i % 3,
            bas=[None, 1, 12345][i % 3],
            bredvid=beside if i % 2 else {},
            lage=lage,
            utveckling=way,
            konsskillnad=gaps[i % len(gaps)],
            storlek=sizes[i % len(sizes)],
            forslag=targets[i % len(targets)],
        )


@pytest.mark.parametrize(("number", "nyckeltal"), list(enumerate(model())))
def test_every_sentence_of_every_nyckeltal_is_short_whole_and_the_right_way(number, nyckeltal):
    unit = swedish.difference(2, nyckeltal.enhet).partition(swedish.NBSP)[2]
    for u in synthetic(nyckeltal, number, 5):
        said = [part(u) for part in meningar.READING]
        told = meningar.sentences(u, 2030)
        assert 2 <= len(told) <= meningar.MOST_SENTENCES
        for sentence in (*told, *filter(None, said)):
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert not sentence.endswith("..")
            assert "  " not in plain(sentence)
            assert len(lasbarhet.words(sentence)) <= lasbarhet.LONG_SENTENCE, sentence
            assert not WRONG.search(sentence), sentence
            assert not unit or sentence.count(f"{swedish.NBSP}{unit}") <= 1, sentence
        direction = meningar.utveckling(u)
        good = {"hogre": "har stigit", "lagre": "har sjunkit"}.get(nyckeltal.riktning)
        for way, beyond in (("har stigit", "högre än"), ("har sjunkit", "lägre än")):
            if way in direction or beyond in direction:
                opening = (
                    "Värdet" if good is None else "Utvecklingen är bättre" if way == good else "Utvecklingen är sämre"
                )
                assert direction.startswith(opening), direction
        assert not ("högre" in direction and "lägre" in direction)
