#!/usr/bin/env python3
"""Fuzzes the programming interface of a made-up trust's platform by its own description, with schemathesis: no answer may be a 5xx, and
each must be what the description says.

    scripts/fuzz_api.py EVENLY [--examples N]

schemathesis comes from PyPI into a folder of its own.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from served import Browser, Server

SCHEMATHESIS = "schemathesis==4.32.5"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth"


def tool():
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "evenly" / "fuzz-api"
    program = folder / "bin" / "schemathesis"
    if not program.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", SCHEMATHESIS], check=True)
    return program


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("evenly")
    parser.add_argument("--examples", type=int, default=200)
    options = parser.parse_args()
    program = tool()
    with tempfile.TemporaryDirectory() as folder:
        server = Server([options.evenly, "demo", "--people", "8000", "--bind", "127.0.0.1:0", "--out", f"{folder}/demo"])
        try:
            # Whoever may do most: analyst for runs, approver for decisions.
            failed = 0
            for who in ["Ada Obi", "Sunil Rao", "Lin Chen"]:
                token = Browser(server.address, who).token()
                command = [program, "run", f"{server.address}/api/openapi.json", "--header", f"Authorization: Bearer {token}"]
                command += ["--checks", CHECKS, "--max-examples", str(options.examples), "--seed", "2026", "--no-color"]
                failed |= subprocess.run(command, cwd=folder).returncode
        finally:
            status = server.stop()
    sys.exit(1 if failed or status else 0)


main()
