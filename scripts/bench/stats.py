"""Measures the statistics: `evenly measure` and the packages of the field on the same tables in the same run.

    stats.py EVENLY TABLES OUT.json ROUNDS PEER_ROWS

Answers are compared, to the tolerance of each case, before anything is timed. Evenly's time is that of the whole process,
from start to the last byte of its JSON; a peer's leaves out starting the language and importing packages."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
EVENLY, TABLES, OUT, ROUNDS, PEER_ROWS = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
MEASURES = "difference ratio sii sii-linear sii-logit rii-linear rii-logit rii-mean aci rci rci-erreygers rci-wagstaff bgv bgsd cov mdmw mdmu mdbw mdbu mdrw mdru idisw idisu theil mld par paf"


class Case:
    """One job: what Evenly is asked, which peers can do it, and how the answers are held against each other."""

    def __init__(self, name, method, table, options="", peers=(), key=None, compare=(), tolerance=1e-9, seen=None):
        self.name, self.method, self.table, self.options = name, method, table, options.split()
        self.peers, self.key, self.compare, self.tolerance, self.seen = peers, key, compare, tolerance, seen

    def command(self):
        return [EVENLY, "measure", self.method, str(TABLES / f"{self.table}.csv"), *self.options, "--format", "json"]


# `seen`: CPU seconds of the R packages that cannot be installed by name here, as noted on another quiet core.
CASES = [
    Case("proportions, 1,000,000 rows", "proportion", "proportion", peers=["phstatsmethods-proportion", "statsmodels-wilson"], key="group", compare=["value", "lower", "upper"]),
    Case("SII, 1,000 indicators, exact or expanded limits", "sii", "sii", "--by indicator", ["statsmodels-wls"], "indicator", [("sii", "value")], seen=("phe_sii, 1,000 repetitions with reliability", 12.4)),
    Case("SII, simulated, 1,000 repetitions with reliability", "sii", "sii", "--by indicator --limits simulated --repetitions 1000 --reliability yes", seen=("phe_sii, 1,000 repetitions with reliability", 12.4)),
    Case("DSR, 10,000 areas of 19 bands", "dsr", "standardised", peers=["phstatsmethods-dsr"], key="group", compare=["value", "lower", "upper"], seen=("calculate_dsr", 4.7)),
    Case("ISR, 10,000 areas of 19 bands", "isr", "standardised", peers=["phstatsmethods-isr"], key="group", compare=["value", "lower", "upper"]),
    # The packages take 3/1.128 where Making Data Count publishes 2.66, which differs from the fourth digit on.
    Case("XmR, 1,000 series of 36", "xmr", "xmr", "--by series --screen no", ["abspc-xmr"], "series", ["centre", "lower", "upper"], 1e-3, ("ptd_spc in a loop (3.4 in one call)", 46.0)),
    Case("XmR, screened, 1,000 series of 36", "xmr", "xmr", "--by series", ["controlchartspy-xmr"], "series", ["centre", "lower", "upper"], 1e-3, ("ptd_spc in a loop (3.4 in one call)", 46.0)),
    Case("P′, 1,000 series of 36", "p", "p_prime", "--by series --prime yes", ["controlchartspy-pprime"], "series", ["centre", "lower", "upper"], seen=("qicharts2", 39.0)),
    Case("funnel of ratios, 20 × 150 areas", "funnel", "funnel_ratio", "--by setting --statistic ratio", ["phstatsmethods-funnel-ratio"], "setting", ["significance"], seen=("PHE ratio funnels", 48.0)),
    Case("funnel of proportions, 20 × 150 areas", "funnel", "funnel_proportion", "--by setting", ["phstatsmethods-funnel-proportion"], "setting", ["significance"]),
    Case("MAIHDA, 20 outcomes × 200 strata, two models each", "maihda", "strata", "--by outcome", ["lme4"], "outcome", tolerance=2e-3, seen=("glmer, 20 × 0.8", 16.0)),
    Case("sii-logit, 1,000 settings", "sii-logit", "settings", "--by setting", ["statsmodels-logit"], "setting", ["value"], 1e-6, ("healthequal SII", 109.0)),
]
GROWTH = [("sii", "--by indicator", ["sii", "sii_10000", "sii_100000"]), ("maihda", "--by outcome", ["strata", "strata_200", "strata_2000"])]


def spent(command, answers):
    """Wall and CPU seconds of a process, its output to a file."""
    start = time.perf_counter()
    with open(answers, "wb") as out:
        child = subprocess.Popen([str(part) for part in command], stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed")
    return {"wall": time.perf_counter() - start, "cpu": usage.ru_utime + usage.ru_stime}


def evenly(command):
    answers = OUT.parent / "answers.json"
    runs = [spent(command, answers) for _ in range(ROUNDS)]
    return {key: min(run[key] for run in runs) for key in ("wall", "cpu")}, answers


def peer(name, table):
    """A peer's cost and answers; `None` when it is not installed."""
    answers, source = OUT.parent / "answers.csv", TABLES / f"{table}.csv"
    command, scale = [sys.executable, HERE / "stats_peers.py", name, source, answers], 1.0
    if name == "lme4":
        if not shutil.which("Rscript") or subprocess.run(["Rscript", "-e", "library(lme4)"], capture_output=True).returncode:
            return None
        command = ["Rscript", HERE / "stats_lme4.R", source, answers]
    elif not importlib.util.find_spec({"phstatsmethods": "PHStatsMethods", "controlchartspy": "controlchartspy"}.get(name.split("-")[0], name.split("-")[0])):
        return None
    if name == "phstatsmethods-proportion" and PEER_ROWS:
        command, scale = [*command, PEER_ROWS], sum(1 for _ in open(source)) / PEER_ROWS
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([str(part) for part in command], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{name} failed: {done.stderr[-800:]}")
    cost = json.loads(done.stdout.strip().splitlines()[-1])
    return {"wall": cost["wall"] * scale, "cpu": cost["cpu"] * scale, "scaled": scale}, pd.read_csv(answers, low_memory=False)


def compare(case, name, own, other):
    """Largest difference, relative to the larger number; stops the run where it is above the tolerance."""
    if name == "lme4":
        own = own[(own.quantity == "variance_between_strata") | (own.quantity == "log_likelihood")]
        own = own.pivot_table(index=["outcome", "model"], columns="quantity", values="value", sort=False).reset_index()
        own["outcome"] = own.outcome.astype(int)
        both = own.merge(other, left_on=["outcome", "model"], right_on=["key", "model"], suffixes=("", "_other"))
        pairs = [(both.variance_between_strata, both.variance), (both.log_likelihood, both.log_likelihood_other)]
    else:
        keys = own[case.key].astype(str)
        order = pd.Series(range(len(keys)), index=keys.values)
        if order.index.is_unique:
            own = own.iloc[order.loc[other.key.astype(str).values].values]
        else:
            # Rows of a series are in order of time in both; the series need not be.
            own = own.iloc[keys.argsort(kind="stable").values]
            other = other.iloc[other.key.astype(str).argsort(kind="stable").values].reset_index(drop=True)
        pairs = [(own[ours].reset_index(drop=True), other[theirs]) for ours, theirs in [(c, c) if isinstance(c, str) else c for c in case.compare]]
    worst = 0.0
    for ours, theirs in pairs:
        if case.compare == ["significance"]:
            differing = int((ours != theirs.str.lower().replace("not significant", "within")).sum())
            if differing:
                raise SystemExit(f"{case.name}: {name} places {differing} units elsewhere: {sorted(set(ours))}")
            continue
        scale = 100.0 if name == "controlchartspy-pprime" else 1.0
        ours, theirs = ours.to_numpy(float) * scale, theirs.to_numpy(float)
        if len(ours) != len(theirs) or (np.isnan(ours) != np.isnan(theirs)).any():
            raise SystemExit(f"{case.name}: {name} and evenly answer different rows")
        worst = max(worst, float(np.nanmax(np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1e-6))))
    if worst > case.tolerance:
        raise SystemExit(f"{case.name}: {name} and evenly differ by {worst:.1e}, more than {case.tolerance:.0e}")
    return worst


def main():
    report = {"cores": os.cpu_count(), "versions": {}, "cases": [], "measures": {}, "growth": []}
    for package in ["phstatsmethods", "statsmodels", "abspc", "controlchartspy"]:
        report["versions"][package] = metadata.version(package) if importlib.util.find_spec({"phstatsmethods": "PHStatsMethods"}.get(package, package)) else None
    print(f"{'':52}{'wall s':>9}{'CPU s':>9}   against evenly: wall, CPU")
    for case in CASES:
        found = {name: peer(name, case.table) for name in case.peers}
        cost, answers = evenly(case.command())
        own = pd.DataFrame(json.loads(answers.read_text())["results"]) if any(found.values()) else None
        entry = {"case": case.name, "command": " ".join(case.command()[1:]), "evenly": cost, "peers": {}, "load": os.getloadavg()[0]}
        differ = {name: compare(case, name, own, it[1]) for name, it in found.items() if it and len(it[1]) * it[0].get("scaled", 1)}
        print(f"{case.name:52}{cost['wall']:9.3f}{cost['cpu']:9.3f}")
        for name, it in found.items():
            if it is None:
                print(f"  {name:50} not installed, left out")
                continue
            entry["peers"][name] = it[0] | {"differs": differ[name]}
            part = "" if it[0].get("scaled", 1.0) == 1.0 else f", timed on {PEER_ROWS:,} rows and multiplied"
            print(f"  {name:50}{it[0]['wall']:9.3f}{it[0]['cpu']:9.3f}   {it[0]['wall'] / cost['wall']:8.0f}×{it[0]['cpu'] / cost['cpu']:8.0f}×   answers within {differ[name]:.0e}{part}")
        if case.seen:
            entry["seen"] = {"what": case.seen[0], "cpu": case.seen[1]}
            print(f"  noted elsewhere: {case.seen[0]:33}{'':9}{case.seen[1]:9.1f}   {'':9}{case.seen[1] / cost['cpu']:8.0f}×")
        report["cases"].append(entry)
    print("\nevery measure of inequality, 1,000 settings of ten groups (no package of these on PyPI), CPU s:")
    for method in MEASURES.split():
        table = "sii" if method == "sii" else "settings"
        by = "indicator" if method == "sii" else "setting"
        report["measures"][method] = evenly([EVENLY, "measure", method, TABLES / f"{table}.csv", "--by", by, "--format", "json"])[0]
    print("  " + ", ".join(f"{method} {cost['cpu']:.3f}" for method, cost in report["measures"].items()))
    print("\nlinear in the number of tables: CPU s a table, against the first")
    for method, options, tables in GROWTH:
        base, column = None, options.split()[1]
        for table in tables:
            count = pd.read_csv(TABLES / f"{table}.csv", usecols=[column])[column].nunique()
            cost = evenly([EVENLY, "measure", method, TABLES / f"{table}.csv", *options.split(), "--format", "json"])[0]
            each = cost["cpu"] / count
            base = base or each
            report["growth"].append({"method": method, "tables": count, **cost})
            print(f"  {method:8}{count:8,} tables {cost['wall']:9.3f} wall {cost['cpu']:9.3f} CPU {each * 1e6:9.1f} µs each {each / base:6.2f}×")
    OUT.write_text(json.dumps(report, indent=1))


main()
