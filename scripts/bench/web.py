#!/usr/bin/env python3
"""Loads the platform of a made-up trust as many people at once would, and says how it held: requests a second, times, errors, memory.

    scripts/bench/web.py EVENLY [--people N] [--seconds N] [--soak N] [--database sqlite|postgres|both]

200 connections ask for the first page and an indicator's (each with its session), one asks for one dimension of an indicator after the
other. wrk sends the requests. Standard library only.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from served import Browser, Server  # noqa: E402

CONNECTIONS = 200


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("evenly")
    parser.add_argument("--people", type=int, default=60_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--soak", type=int, default=600, help="seconds over which memory is watched")
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    return parser.parse_args()


LUA = """
local paths = {{{paths}}}
local at = 0
request = function()
  at = at + 1
  return wrk.format("GET", paths[(at - 1) % #paths + 1], {{["Cookie"] = "{cookie}", ["Accept-Encoding"] = "gzip"}})
end
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format('{{"requests": %d, "seconds": %f, "p50": %f, "p95": %f, "p99": %f, "max": %f, "not_2xx": %d, "failed": %d}}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
"""


def load(server, cookie, paths, connections, seconds):
    """Sends requests as fast as they are answered; what wrk says of it."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA.format(paths=", ".join(json.dumps(own) for own in paths), cookie=cookie))
        script.flush()
        before = server.cpu_seconds()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", script.name, server.address]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    answer = json.loads(output.strip().splitlines()[-1])
    answer["cpu"] = server.cpu_seconds() - before
    return answer


def row(what, answer):
    rate = answer["requests"] / answer["seconds"]
    errors = answer["not_2xx"] + answer["failed"]
    per = 1000 * answer["cpu"] / max(1, answer["requests"])
    print(f"| {what} | {rate:.0f} | {answer['p50']:.0f} | {answer['p95']:.0f} | {answer['p99']:.0f} | {errors} | {per:.2f} |", flush=True)


def dimensions(browser, indicator):
    page = browser.get(f"/indicators/{indicator}")
    found = re.findall(r'href="(/indicators/[^"]*[?&](?:amp;)?by=[^"]*)"', page)
    return sorted({own.replace("&amp;", "&") for own in found})


def measure(name, server, options):
    browser = Browser(server.address, "Ada Obi")
    cookie = browser.cookies()
    paths = ["/", "/indicators/did-not-attend"]
    others = dimensions(browser, "did-not-attend")
    for path in paths + others:
        browser.get(path)
    row(f"{name}: first page, {CONNECTIONS} at once", load(server, cookie, paths[:1], CONNECTIONS, options.seconds))
    row(f"{name}: an indicator, {CONNECTIONS} at once", load(server, cookie, paths[1:], CONNECTIONS, options.seconds))
    row(f"{name}: another dimension ({len(others)}), one at a time", load(server, cookie, others, 1, options.seconds))
    if options.soak:
        soak(name, server, cookie, paths, options.soak)


def soak(name, server, cookie, paths, seconds):
    """Memory while both pages are asked for all the time: it must not grow."""
    samples = []
    ended = threading.Event()

    def watch():
        while not ended.wait(1):
            samples.append(server.memory_mib())

    watcher = threading.Thread(target=watch)
    watcher.start()
    answer = load(server, cookie, paths, CONNECTIONS, seconds)
    ended.set()
    watcher.join()
    tenth = max(1, len(samples) // 10)
    first, last = sum(samples[tenth : 2 * tenth]) / tenth, sum(samples[-tenth:]) / tenth
    row(f"{name}: both for {seconds} s", answer)
    print(f"\n{name}: memory {first:.0f} MiB in the second tenth of that time, {last:.0f} MiB in the last, {max(samples):.0f} MiB at most\n")


def main():
    options = arguments()
    if not shutil.which("wrk"):
        sys.exit("wrk is missing; as root: apt-get install wrk")
    postgres = os.environ.get("EVENLY_TEST_POSTGRES")
    print("| what | requests/s | p50 ms | p95 ms | p99 ms | errors | CPU ms a request |\n|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in ["sqlite", "postgres"] if options.database == "both" else [options.database]:
            command = [options.evenly, "demo", "--people", str(options.people), "--bind", "127.0.0.1:0", "--out", f"{folder}/{name}"]
            if name == "postgres":
                if not postgres:
                    print("postgres: not measured; run by scripts/test_postgres.sh", file=sys.stderr)
                    continue
                made = f"evenly_bench_{os.getpid()}"
                server = re.sub(r"/(\?|$)", r"/postgres\1", postgres)
                subprocess.run(["psql", server, "-qc", f"CREATE DATABASE {made}"], check=True)
                command += ["--database", re.sub(r"/(\?|$)", rf"/{made}\1", postgres)]
            server = Server(command)
            try:
                measure(name, server, options)
            finally:
                status = server.stop()
            if status != 0:
                sys.exit(f"the platform ended with {status}")


if __name__ == "__main__":
    main()
