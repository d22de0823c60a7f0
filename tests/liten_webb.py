"""A small project to publish: few pages, and a canary in everything that may not be seen."""

import shutil

from ruamel.yaml import YAML

from styrlib.project import Project

NOW, BEFORE = "2026-delar", "2025-helar"
KS, SN = "kommunstyrelsen", "socialnamnden"
# What publicering.yaml says, in the order of the rows.
ROWS = (
    (SN, NOW, "publicerad"),
    (KS, NOW, "publicerad"),
    (SN, BEFORE, "publicerad"),
    (KS, BEFORE, "faststalld"),
    ("kommunoversikt", NOW, "publicerad"),
)
ROW = "  - {{rapport: {}, period: {}, tillstand: {}, diarienummer: KS 1, beslutad: 2026-09-01}}\n"
CANARIES = {
    "utkast": "KANARIEUTKAST",
    "anteckning": "KANARIEANTECKNING",
    "skattning": "KANARIESKATTNING",
    "varde": "76543",
}


def cut(project: Project) -> None:
    """Cut the example to three nämnder with a målbild each, and hide a canary in all that may not be seen."""
    yaml = YAML()
    yaml.width = 4096
    folder = project.styrmodell
    for path in folder.glob("*.yaml"):
        namnd = yaml.load(path)
        if "malbilder" not in namnd:
            continue
        if path.stem == "kultur-och-utbildningsnamnden":
            path.unlink()
            (folder / "lokala" / f"{path.stem}.csv").unlink()
            continue
        local = [m for m in namnd["malbilder"] if any(n["id"].startswith("L") for n in m["nyckeltal"])]
        namnd["malbilder"] = local[:1]
        for uppdrag in namnd["uppdrag"]:
            uppdrag["malbilder"] = []
        if path.stem == "samhallsbyggnadsnamnden":
            namnd["grunduppdrag"]["text"] = CANARIES["utkast"]
            namnd["malbilder"][0]["rubrik"] = CANARIES["utkast"]
            namnd["dialoger"][0]["sammanfattning"] = CANARIES["utkast"]
        if path.stem == SN:
            first = namnd["styrprinciper"][0]
            first["exempel"], first["slappt"] = CANARIES["skattning"], "nej"
            id_ = next(n["id"] for n in namnd["malbilder"][0]["nyckeltal"] if n["id"].startswith("L"))
            rows = [f"{id_};{year};T;{10 + year % 7};40" for year in range(2016, 2022)]
            csv = "\n".join(["nyckeltal;ar;kon;varde;antal", *rows, f"{id_};2022;T;{CANARIES['varde']},25;3", ""])
            (folder / "lokala" / f"{SN}.csv").write_text(csv, encoding="utf-8")
        yaml.dump(namnd, path)
    for name in ("reportage", "las"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "medel.yaml").unlink(missing_ok=True)
    rows = "".join(ROW.format(*row) for row in ROWS)
    (folder / "publicering.yaml").write_text(f"exempel: ja\nrapporter:\n{rows}", encoding="utf-8")
    note = project.root / "data" / "raw" / "internt" / "dialoger" / f"{SN}-aldreomsorg-2025-11-12.md"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(f"# Anteckning\n\n{CANARIES['anteckning']}\n", encoding="utf-8")
