"""JupyterLab itself, started by the command and driven in headless Chromium as an utredare drives it."""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import quote

import nbformat
import pytest

from .conftest import copy_project

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SLOW = 90_000  # ms: a kernel's first cell, beside other tests
QUESTION = [
    "from styrlib import Kolada, over_tid, valj_nyckeltal",
    'val = valj_nyckeltal("N15428", visa=over_tid)\nval',
    'Kolada().hamtaa("N15428")',
]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory, bearbetat):
    """Return the address of a JupyterLab of its own, in a path with å and a space, and its token."""
    home = tmp_path_factory.mktemp("hem")
    project = copy_project(home / "projekt å", bearbetat)
    cells = [nbformat.v4.new_code_cell(source) for source in QUESTION]
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), project.notebooks / "fråga.ipynb")
    (home / "config").mkdir()
    own = {"ServerApp": {"allow_root": True}}  # a container's user; the command itself lets root be told
    (home / "config" / "jupyter_server_config.json").write_text(json.dumps(own), encoding="utf-8")
    port, token = free_port(), secrets.token_hex(16)
    settings = {
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "lab"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    environment = {**os.environ, **settings}
    environment.pop("STYR_ROT", None)
    log = home / "lab.log"
    with log.open("w", encoding="utf-8") as heard:
        process = subprocess.Popen(
            [sys.executable, "-m", "styrlib", "lab", "--utan-webblasare", "--port", str(port)],
            cwd=project.root,
            env=environment,
            stdout=heard,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        await_server(f"{address}/api/status?token={token}", process, log)
        yield address, token
    finally:
        process.terminate()
        process.wait(30)


def await_server(url, process, log):
    for _ in range(600):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert "kernels" in json.load(answer)
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(log.read_text(encoding="utf-8"))


@pytest.fixture
def page(browser, lab):
    """Return a page that fails the test for an error of ours in the console, and for any request to another host."""
    address, _ = lab
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors, elsewhere = [], []
    page.on("console", lambda m: errors.append(f"{m.text} {m.location['url']}") if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else elsewhere.append(r.url))
    yield page
    context.close()
    assert elsewhere == []
    assert [error for error in errors if not JUPYTERS_OWN.search(error)] == []


# What JupyterLab asks for that need not be there: settings and workspaces that nobody has saved.
JUPYTERS_OWN = re.compile(r"the server responded with a status of 404 .*/(api/(workspaces|settings)|lab/api)/")


def open_notebook(page, lab, name):
    address, token = lab
    page.goto(f"{address}/lab/tree/notebooks/{quote(name)}?token={token}")
    return shown(page, name)


def shown(page, name):
    """Return the notebook that is open in front, when it is ready to be run."""
    page.locator(f".lm-TabBar-tab.lm-mod-current:has-text('{name}')").first.wait_for(timeout=SLOW)
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    panel.locator(".jp-Cell").first.wait_for(timeout=SLOW)
    page.locator("#jp-main-statusbar :text('| Idle')").wait_for(timeout=SLOW)
    return panel


def run_all(page, panel):
    """Run all cells by the menu."""
    page.locator(".lm-MenuBar-item:has-text('Run')").click()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
    return panel


def test_the_start_page_tells_the_state_and_leads_to_a_notebook_that_is_run_by_the_menu(page, lab):
    address, token = lab
    page.goto(f"{address}/?token={token}")
    panel = shown(page, "start.ipynb")
    run_all(page, panel)
    panel.locator(".styr-laget:has-text('Vadstena')").wait_for(timeout=SLOW)
    panel.locator("a:has-text('01 Hitta nyckeltal')").click()
    panel = shown(page, "01_hitta_nyckeltal.ipynb")
    run_all(page, panel)
    answer = panel.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output")
    answer.wait_for(timeout=SLOW)
    assert "N07702" in answer.inner_text()  # the nyckeltal that its parameters name
    assert panel.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.locator(".jp-toast-message, .Toastify__toast").count() == 0  # no news, no new version


def test_a_chart_follows_what_is_chosen_from_a_list_and_a_typing_error_is_one_sentence(page, lab):
    panel = open_notebook(page, lab, "fråga.ipynb")
    run_all(page, panel)
    panel.locator("code:has-text('over_tid(\"N15428\")')").wait_for(timeout=SLOW)
    chart = panel.locator(".jupyter-widgets figure svg")
    assert chart.is_visible()
    assert chart.bounding_box()["width"] > 300
    before = chart.get_attribute("aria-label")
    panel.get_by_label("Sök nyckeltal").fill("yrkesprogram")
    panel.locator("[role=status]:has-text('3 av')").wait_for(timeout=SLOW)
    panel.get_by_label("Välj").press("ArrowDown")  # which JupyterLab takes for its own unless told
    panel.locator("code:has-text('over_tid(\"N15436\")')").wait_for(timeout=SLOW)
    assert chart.get_attribute("aria-label") != before
    cells = panel.locator(".jp-Cell").count()
    panel.get_by_label("Välj").press("x")  # searches in the list, where JupyterLab would cut the cell
    assert panel.locator(".jp-Cell").count() == cells
    # What goes wrong in the cell below is told in one sentence.
    error = panel.locator("[data-mime-type='application/vnd.jupyter.stderr']")
    error.wait_for(timeout=SLOW)
    assert error.inner_text().strip() == "Fel: ”hamtaa” finns inte i Kolada. Menade du hamta?"
    # What is chosen stays chosen when all is run again.
    run_all(page, panel)
    panel.locator(".jp-InputPrompt:has-text('[6]')").wait_for(timeout=SLOW)
    panel.locator("code:has-text('over_tid(\"N15436\")')").wait_for(timeout=SLOW)
