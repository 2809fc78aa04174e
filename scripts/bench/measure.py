"""Runs each engine in a process of its own, in turn, and writes what it cost: wall, CPU and peak memory.

    measure.py BINARY PARQUET CSV OUT.json ROUNDS

The results of all engines are compared cell by cell in a round of its own, before anything is timed."""

import json
import os
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

THREADS = os.cpu_count() or 1
HERE = Path(__file__).parent


def run(command):
    """Wall and CPU seconds and peak MiB of a process; the engine's own seconds from its last line."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    text = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed")
    inside = json.loads(text.strip().splitlines()[-1])
    return {
        "wall": inside["seconds"],
        "process": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss / 1024,
        "load": os.getloadavg()[0],
    }


def commands(binary, file):
    ours = [binary, "count", file, "--threads", str(THREADS)]
    peers = ["duckdb", "polars", "polars-streaming"] + ([] if file.endswith(".csv") else ["pandas"])
    python = {name: [sys.executable, HERE / "peers.py", name, file, str(THREADS)] for name in peers}
    return {"evenly": ours, "evenly, decoding only": [binary, "decode", file, "--threads", str(THREADS)], **python}


def compare(binary, file, folder):
    import numpy as np

    found = {}
    for name, command in commands(binary, file).items():
        if name == "evenly, decoding only":
            continue
        path = folder / f"{name}.cells"
        run([*command, "--cells", path] if name == "evenly" else [*command, path])
        tables = sorted((folder / f"{name}.tables.csv").read_text().splitlines())
        found[name] = (np.fromfile(path, "<u8"), tables)
    cells, tables = found["evenly"]
    for name, (other, other_tables) in found.items():
        if not np.array_equal(cells, other) or tables != other_tables:
            raise SystemExit(f"{name} and evenly do not agree on {Path(file).name}")
    agreed = {"cells": len(cells) // 3, "rows": int(cells[1::3].sum()), "numerator": int(cells[2::3].sum()), "table_cells": len(tables)}
    print(json.dumps(agreed))


def main():
    if sys.argv[1] == "--compare":
        # In a process of its own: a child's peak memory begins with that of the process that started it.
        return compare(sys.argv[2], sys.argv[3], Path(sys.argv[4]))
    binary, parquet, csv, out, rounds = sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]), int(sys.argv[5])
    report = {
        "cores": THREADS,
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "versions": {name: metadata.version(name) for name in ["duckdb", "polars", "pandas", "pyarrow"]},
        "files": {},
    }
    for file in [parquet, csv]:
        own = [sys.executable, __file__, "--compare", binary, file, out.parent]
        agreed = json.loads(subprocess.run(own, check=True, stdout=subprocess.PIPE, text=True).stdout)
        timed = {}
        for _ in range(rounds):
            for name, command in commands(binary, file).items():
                timed.setdefault(name, []).append(run(command))
        report["files"][Path(file).name] = {"agreed": agreed, "runs": timed}
        show(Path(file).name, agreed, timed)
    out.write_text(json.dumps(report, indent=1))


def show(name, agreed, timed):
    print(f"\n{name}: all engines agree on {agreed['cells']:,} cells and {agreed['table_cells']:,} cells of tables")
    best = {engine: {key: min(run[key] for run in runs) for key in ("wall", "cpu", "peak")} for engine, runs in timed.items()}
    ours = best["evenly"]
    print(f"{'':24}{'wall s':>9}{'CPU s':>9}{'peak MiB':>10}   against evenly: wall, CPU, memory")
    for engine, cost in best.items():
        ratio = "".join(f"{cost[key] / ours[key]:8.2f}×" for key in ("wall", "cpu", "peak"))
        print(f"{engine:24}{cost['wall']:9.2f}{cost['cpu']:9.2f}{cost['peak']:10.0f}   {ratio}")
    loads = [run["load"] for runs in timed.values() for run in runs]
    print(f"load during the runs: {min(loads):.1f} to {max(loads):.1f}; best of {len(timed['evenly'])} runs of each")


main()
