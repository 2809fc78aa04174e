#!/usr/bin/env python3
"""Measures how fast another dimension of an indicator is answered where a release has a million cells.

    scripts/bench/web_wide.py EVENLY [--people N] [--copies N] [--seconds N]

The made-up trust's outpatients are counted by every dimension there is, by week over six years, with copies of an indicator beside its own:
through the platform's pages, as an analyst and an approver would ask for it. Standard library and wrk only.
"""
import argparse
import html
import json
import re
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from served import Browser, Server  # noqa: E402
from web import dimensions, load, row  # noqa: E402

PROFILE = "sus-outpatient"
DIMENSIONS = [
    "deprivation", "deprivation_decile", "core20", "deprivation_2019", "deprivation_2025", "ethnic_group", "ethnic_group_2001", "ethnicity",
    "sex", "age_band", "age_band_5", "ward", "treatment_function", "distance_band", "lead_band", "first_attendance", "site", "provider",
]
COPIED = "did-not-attend"


def text_of(browser, kind, name):
    page = browser.get(f"/definitions/{kind}/{name}/propose")
    return html.unescape(re.search(r'<textarea[^>]*name="text"[^>]*>\n?(.*?)</textarea>', page, re.S)[1])


def agree(analyst, approver, kind, name, text):
    """Proposes a definition and lets the second person approve it."""
    token = lambda page: re.search(r'type="hidden" name="(\w+)" value="([^"]*)"', page).groups()
    page = analyst.get(f"/definitions/{kind}/new/propose")
    answer = analyst.post(f"/definitions/{kind}/new/propose", [token(page), ("text", text), ("why", "To measure"), ("agreed_with", "")])
    if f"/definitions/{kind}/{name}" not in answer:
        raise SystemExit(f"{kind} {name} was not taken")
    page = approver.get(f"/definitions/{kind}/{name}")
    version = re.search(r"/definitions/versions/([0-9a-f-]+)/judge", page)[1]
    approver.post(f"/definitions/versions/{version}/judge", [token(page), ("verdict", "approve"), ("words", "")])


def ask(server, token, path, body=None):
    request = urllib.request.Request(server.address + path, headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    if body is not None:
        request.data = json.dumps(body).encode()
    return json.loads(urllib.request.urlopen(request).read())


def bring_in(server, token, profile):
    run = ask(server, token, "/api/v1/runs", {"name": "Everything by week", "profile": profile, "file": "outpatients.parquet"})["id"]
    while True:
        state = ask(server, token, f"/api/v1/runs/{run}")
        if state["state"] in ("done", "failed", "cancelled"):
            break
        time.sleep(0.5)
    if state["state"] != "done":
        raise SystemExit(state["reason"])
    took = "{started_at} to {finished_at}".format(**state)
    return ask(server, token, "/api/v1/releases")[0]["id"], took  # the newest first


def cells(report):
    """Values of everybody and of every group, with and without a period."""
    indicators = report["indicators"]
    return sum(len(own["series"]) + len(own["groups"]) + 1 for own in indicators)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("evenly")
    parser.add_argument("--people", type=int, default=60_000)
    parser.add_argument("--copies", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server([options.evenly, "demo", "--people", str(options.people), "--bind", "127.0.0.1:0", "--out", f"{folder}/demo"])
        try:
            analyst, approver = Browser(server.address, "Ada Obi"), Browser(server.address, "Sunil Rao")
            own = [COPIED] + [f"{COPIED}-{number}" for number in range(options.copies)]
            text = text_of(analyst, "indicator", COPIED)
            for name in own[1:]:
                agree(analyst, approver, "indicator", name, text.replace(f'id = "{COPIED}"', f'id = "{name}"'))
            text = text_of(analyst, "profile", PROFILE)
            text = text.replace(f'id = "{PROFILE}"', 'id = "everything"').replace('by = "month"', 'by = "week"')
            text = text.replace('policy = "hes-1-7"', 'policy = "none-synthetic"')
            text = re.sub(r"\ndimensions = \[.*?\]", f"\ndimensions = {json.dumps(DIMENSIONS)}", text, flags=re.S)
            text = re.sub(r"\nindicators = \[", lambda found: found[0] + ", ".join(json.dumps(name) for name in own[1:]) + ", ", text)
            agree(analyst, approver, "profile", "everything", text)
            token = analyst.token()
            release, took = bring_in(server, token, "everything")
            report = ask(server, token, f"/api/v1/releases/{release}/report")
            print(f"{cells(report):,} cells; counted and analysed from {took}; {server.memory_mib():.0f} MiB", flush=True)
            paths = dimensions(analyst, f"{COPIED}?release={release}")
            for path in paths:
                analyst.get(path)
            print("| what | requests/s | p50 ms | p95 ms | p99 ms | errors | CPU ms a request |\n|---|---|---|---|---|---|---|")
            row(f"another dimension ({len(paths)}) of {cells(report):,} cells, one at a time", load(server, analyst.cookies(), paths, 1, options.seconds))
        finally:
            status = server.stop()
    if status != 0:
        raise SystemExit(f"the platform ended with {status}")


main()
