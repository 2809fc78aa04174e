"""Evenly and its peers on the same features, split and tuning data.

Effort is the same for each and fixed beforehand: five settings, at most 600 trees, 30 rounds of patience, one thread; settings are
chosen by log-loss on the part `calibrate` (later days), on at most 60,000 appointments of `fit` and 30,000 of `calibrate`, and the
best is fitted once to all of `fit`, stopped early by `calibrate`. Peers' chances are put right on `calibrate` by the same beta calibration
as Evenly's, so that log-loss compares models and not calibration. All are judged on the part `test`: later days still, people never seen.

Evenly writes no chance beside an appointment, so its chances are worked out here from the model file, tree by tree; that they
give the figures of its audit is checked before anything is compared. Differences have 95 % intervals by resampling people.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import warnings

os.environ["OMP_NUM_THREADS"] = "1"

import lightgbm
import numpy as np
import pandas
import sklearn
import xgboost
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

import predict_model
import predict_truth

warnings.filterwarnings("ignore")
# Leaves, least weight or rows of a leaf, rate, ridge: as near to Evenly's five settings as each library's words allow.
SETTINGS = [(8, 20, 0.08, 1), (8, 60, 0.05, 10), (16, 20, 0.05, 10), (16, 60, 0.04, 10), (31, 40, 0.03, 30)]
TREES, PATIENCE = 600, 30
# CPU seconds are compared, and threads that wait for each other are charged for it.
THREADS = 1
CHOSEN_ON = {"fit": 60_000, "calibrate": 30_000}
SAMPLES = 400


def fit_lightgbm(x, y, later, truth, setting, seed):
    leaves, leaf, rate, ridge = setting
    model = lightgbm.LGBMClassifier(
        n_estimators=TREES, num_leaves=leaves, min_sum_hessian_in_leaf=leaf, min_child_samples=1, learning_rate=rate,
        reg_lambda=ridge, n_jobs=THREADS, random_state=seed, verbose=-1)
    model.fit(x, y, eval_set=[(later, truth)], eval_metric="logloss",
              callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)])
    return model


def fit_xgboost(x, y, later, truth, setting, seed):
    leaves, leaf, rate, ridge = setting
    model = xgboost.XGBClassifier(
        n_estimators=TREES, max_leaves=leaves, grow_policy="lossguide", max_depth=0, tree_method="hist", min_child_weight=leaf,
        learning_rate=rate, reg_lambda=ridge, n_jobs=THREADS, random_state=seed, early_stopping_rounds=PATIENCE)
    model.fit(x, y, eval_set=[(later, truth)], verbose=False)
    return model


def fit_sklearn(x, y, later, truth, setting, seed):
    leaves, leaf, rate, ridge = setting
    model = HistGradientBoostingClassifier(
        max_iter=TREES, max_leaf_nodes=leaves, min_samples_leaf=leaf * 6, learning_rate=rate, l2_regularization=ridge,
        early_stopping=True, n_iter_no_change=PATIENCE, random_state=seed)
    model.fit(x, y, X_val=later, y_val=truth)
    return model


PEERS = {
    f"LightGBM {lightgbm.__version__}": fit_lightgbm,
    f"XGBoost {xgboost.__version__}": fit_xgboost,
    f"scikit-learn {sklearn.__version__}": fit_sklearn,
}


def beta(chances, truth, apply_to):
    def design(p):
        p = np.clip(p, 1e-9, 1 - 1e-9)
        return np.column_stack([np.log(p), -np.log(1 - p)])

    model = LogisticRegression(C=1e6, max_iter=1000).fit(design(chances), truth)
    keep = model.coef_[0] >= 0
    if not keep.all():
        model = LogisticRegression(C=1e6, max_iter=1000).fit(design(chances)[:, keep], truth)
        return model.predict_proba(design(apply_to)[:, keep])[:, 1]
    return model.predict_proba(design(apply_to))[:, 1]


def slope(truth, chances, weights=None):
    """Slope of a logistic regression of what happened on the log-odds, by Newton's method."""
    log_odds = np.log(np.clip(chances, 1e-9, 1) / np.clip(1 - chances, 1e-9, 1))
    x, weights = np.column_stack([np.ones(len(truth)), log_odds]), np.ones(len(truth)) if weights is None else weights
    found = np.array([0.0, 1.0])
    for _ in range(8):
        p = 1 / (1 + np.exp(-x @ found))
        found += np.linalg.solve((x * (weights * p * (1 - p))[:, None]).T @ x, x.T @ (weights * (truth - p)))
    return found[1]


def figures(truth, chances):
    first = np.argsort(-chances, kind="stable")[: int(np.ceil(0.1 * len(truth)))]
    return {"auroc": roc_auc_score(truth, chances), "auprc": average_precision_score(truth, chances),
            "log_loss": log_loss(truth, chances), "slope": slope(truth, chances), "reach": truth[first].sum() / truth.sum()}


def few(part, name):
    every = -(-len(part[1]) // CHOSEN_ON[name])
    return part[0][::every], part[1][::every]


def peer(fit, parts, seed):
    start = time.process_time()
    (x, y), (later, truth) = few(parts["fit"], "fit"), few(parts["calibrate"], "calibrate")
    loss = {setting: log_loss(truth, fit(x, y, later, truth, setting, seed).predict_proba(later)[:, 1]) for setting in SETTINGS}
    chosen, start_once = min(loss, key=loss.get), time.process_time()
    (x, y), (later, truth) = parts["fit"][:2], parts["calibrate"][:2]
    best = fit(x, y, later, truth, chosen, seed)
    once = time.process_time() - start_once
    spent = time.process_time() - start
    chances = beta(best.predict_proba(later)[:, 1], truth, best.predict_proba(parts["test"][0])[:, 1])
    return chances, {"cpu": spent, "once": once}


def run(command):
    """Seconds of CPU and MiB of the most memory of a command alone."""
    pid = os.posix_spawn(command[0], command, os.environ | {"RAYON_NUM_THREADS": str(THREADS)},
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, used = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)}: failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def steps(fitting, file, profile, seed):
    """Seconds of CPU to choose and fit, and to fit the last trees, of a fit whose steps are timed apart; peers get their features ready too."""
    if not fitting:
        return float("nan"), float("nan")
    found = subprocess.run([fitting, file, profile, seed], env=os.environ | {"RAYON_NUM_THREADS": str(THREADS)}, capture_output=True,
                           check=True, text=True)
    took = dict(json.loads(found.stdout))
    fits = {what: seconds for what, seconds in took.items() if what.startswith(("fitting", "choosing", "growing"))}
    return sum(fits.values()), took.get("growing trees on all appointments", float("nan"))


def own(evenly, fitting, file, profile, seed, options, folder):
    csv, out = os.path.join(folder, f"{seed}.csv"), os.path.join(folder, f"model-{seed}")
    command = [evenly, "predict", "fit", file, "--profile", profile, "--seed", seed, *options.split()]
    spent, memory = run([*command, "--out", out])
    run([*command, "--samples", "50", "--out", out + "-again", "--export", csv])
    with open(os.path.join(out, "audit.json"), encoding="utf-8") as text:
        audit = json.load(text)
    fit, once = steps(fitting, file, profile, seed)
    return audit, {"cpu": fit, "once": once, "whole": spent, "memory": memory}, pandas.read_csv(csv), os.path.join(out, "model.evenly")


class Judged:
    """AUROC, AUPRC, log-loss and calibration slope for one weighting of the rows after another."""

    def __init__(self, truth, chances):
        self.truth, self.chances, self.loss = truth, chances, -np.log(np.where(truth == 1, chances, 1 - chances))
        _, self.rank = np.unique(-chances, return_inverse=True)

    def figures(self, weights):
        missed = np.bincount(self.rank, weights * self.truth)
        attended = np.bincount(self.rank, weights * (1 - self.truth))
        above, below = np.cumsum(missed), np.cumsum(attended)
        area = (attended * (above - missed / 2)).sum() / (above[-1] * below[-1])
        precision = (missed * above / np.maximum(above + below, 1e-9)).sum() / above[-1]
        return np.array([area, precision, (weights * self.loss).sum() / weights.sum(), slope(self.truth, self.chances, weights)])


def differences(truth, people, ours, theirs, seed):
    """Ours less theirs in AUROC, AUPRC, log-loss and calibration slope, for samples of people."""
    random = np.random.default_rng(seed)
    _, codes = np.unique(people, return_inverse=True)
    own, other, count = Judged(truth, ours), Judged(truth, theirs), codes.max() + 1
    found = []
    for _ in range(SAMPLES):
        weights = np.bincount(random.integers(0, count, count), minlength=count)[codes]
        found.append(own.figures(weights) - other.figures(weights))
    return np.array(found)


def table(rows):
    print("| | AUROC | AUPRC | log-loss | calibration slope | reach at 10 % | choose and fit, CPU s | of which the last fit |\n|---|---|---|---|---|---|---|---|")
    for name, found in rows.items():
        mean = {key: np.mean([row[key] for row in found]) for key in found[0]}
        cpu, once = ("–" if np.isnan(mean[name]) else f"{mean[name]:.1f}" for name in ("cpu", "once"))
        print(f"| {name} | {mean['auroc']:.4f} | {mean['auprc']:.4f} | {mean['log_loss']:.4f} | {mean['slope']:.3f} "
              f"| {100 * mean['reach']:.1f} % | {cpu} | {once} |")
    whole, memory = np.mean([row["whole"] for row in rows["Evenly"]]), max(row["memory"] for row in rows["Evenly"])
    print(f"\nEvenly's whole command (reading, features, guards, audit by group): {whole:.1f} s of CPU, {memory:.0f} MiB")


def told(apart):
    print("\nEvenly less each, mean of the splits, with the 95 % interval from samples of people:\n")
    print("| | AUROC | AUPRC | log-loss | calibration slope |\n|---|---|---|---|---|")
    for name, samples in apart.items():
        mean, drawn = np.mean([own[0] for own in samples], axis=0), np.mean([own[1] for own in samples], axis=0)
        ends = np.percentile(drawn, [2.5, 97.5], axis=0)
        print(f"| {name} | " + " | ".join(f"{mean[k]:+.4f} ({ends[0][k]:+.4f} to {ends[1][k]:+.4f})" for k in range(4)) + " |")


def main():
    evenly, fitting, file, profile, seeds, options = sys.argv[1:7]
    rows, apart = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds.split():
            audit, used, data, model = own(evenly, fitting, file, profile, seed, options, folder)
            groups = [name for name in data.columns if name.startswith("group:")]
            names = [name for name in data.columns if name not in ("part", "person", "missed", *groups)]
            parts = {name: (part[names].to_numpy(float), part["missed"].to_numpy(), part["person"].to_numpy())
                     for name, part in data.groupby("part")}
            test, truth, people = parts["test"]
            ours = predict_model.chances(model, names, test, data.loc[data["part"] == "test", groups])
            found = figures(truth, ours)
            for name in ("auroc", "auprc", "log_loss"):
                assert abs(found[name] - audit["overall"][name]) < 1e-9, f"{name}: {found[name]}, the audit says {audit['overall'][name]}"
            rows.setdefault("Evenly", []).append(found | used)
            for name, fit in PEERS.items():
                theirs, used = peer(fit, parts, int(seed))
                own_figures = figures(truth, theirs)
                rows.setdefault(name, []).append(own_figures | used)
                difference = [found[key] - own_figures[key] for key in ("auroc", "auprc", "log_loss", "slope")]
                apart.setdefault(name, []).append((difference, differences(truth, people, ours, theirs, int(seed))))
            if seed == seeds.split()[0]:
                print(f"{len(names)} features; appointments fitted, calibrated, tested: "
                      f"{[len(parts[part][1]) for part in ('fit', 'calibrate', 'test')]}\n", flush=True)
        table(rows)
        told(apart)
        predict_truth.compare(file, audit, model)


if __name__ == "__main__":
    main()
