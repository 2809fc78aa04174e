"""Evenly and its peers on the same features, split and tuning data.

Every model is fitted on the part `fit`, chosen and stopped early by log-loss on the part `calibrate` (later days), and judged on the
part `test` (later days still, people never seen). The effort is the same for each: five settings, at most 600 trees, 30 rounds of
patience, two threads. Peers' chances are put right on `calibrate` by the same beta calibration as Evenly's, so that log-loss compares
models and not calibration.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import warnings

import lightgbm
import numpy as np
import pandas
import sklearn
import xgboost
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

warnings.filterwarnings("ignore")
# Leaves, least weight or rows of a leaf, rate, ridge: as near to Evenly's five settings as each library's words allow.
SETTINGS = [(8, 20, 0.08, 1), (8, 60, 0.05, 10), (16, 20, 0.05, 10), (16, 60, 0.04, 10), (31, 40, 0.03, 30)]
TREES, PATIENCE, THREADS = 600, 30, 2


def cpu():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


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
    f"scikit-learn {sklearn.__version__} HistGradientBoosting": fit_sklearn,
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


def figures(truth, chances):
    log_odds = np.log(np.clip(chances, 1e-9, 1) / np.clip(1 - chances, 1e-9, 1)).reshape(-1, 1)
    slope = LogisticRegression(C=1e9, max_iter=1000).fit(log_odds, truth).coef_[0][0]
    first = np.argsort(-chances, kind="stable")[: int(np.ceil(0.1 * len(truth)))]
    return {"auroc": roc_auc_score(truth, chances), "auprc": average_precision_score(truth, chances),
            "log_loss": log_loss(truth, chances), "slope": slope, "reach": truth[first].sum() / truth.sum()}


def peer(fit, parts, seed):
    (x, y), (later, truth), (test, outcome) = parts
    start = cpu()[0]
    best = min((fit(x, y, later, truth, setting, seed) for setting in SETTINGS),
               key=lambda model: log_loss(truth, model.predict_proba(later)[:, 1]))
    spent = cpu()[0] - start
    chances = beta(best.predict_proba(later)[:, 1], truth, best.predict_proba(test)[:, 1])
    return figures(outcome, chances) | {"cpu": spent}


def own(evenly, file, profile, seed, days_before, folder):
    csv, out = os.path.join(folder, f"{seed}.csv"), os.path.join(folder, f"model-{seed}")
    command = [evenly, "predict", "fit", file, "--profile", profile, "--seed", seed, "--samples", "50", "--out", out, "--export", csv]
    if days_before:
        command += ["--days-before", days_before]
    start = cpu()[1]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"RAYON_NUM_THREADS": str(THREADS)})
    spent = cpu()[1] - start
    with open(os.path.join(out, "audit.json"), encoding="utf-8") as text:
        audit = json.load(text)["overall"]
    row = {"auroc": audit["auroc"], "auprc": audit["auprc"], "log_loss": audit["log_loss"],
           "slope": audit["calibration_slope"], "reach": audit["sensitivity_at_k"], "cpu": spent}
    return row, pandas.read_csv(csv)


def main():
    evenly, file, profile, seeds, days_before = sys.argv[1:6]
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds.split():
            row, table = own(evenly, file, profile, seed, days_before, folder)
            rows.setdefault("Evenly", []).append(row)
            names = [name for name in table.columns if name not in ("part", "missed")]
            parts = [(part[names].to_numpy(float), part["missed"].to_numpy())
                     for part in (table[table["part"] == name] for name in ("fit", "calibrate", "test"))]
            for name, fit in PEERS.items():
                rows.setdefault(name, []).append(peer(fit, parts, int(seed)))
            if seed == seeds.split()[0]:
                print(f"{len(names)} features; rows fitted, calibrated, tested: {[len(part[1]) for part in parts]}\n")
    print("| | AUROC | AUPRC | log-loss | calibration slope | reach at 10 % | CPU s |\n|---|---|---|---|---|---|---|")
    for name, found in rows.items():
        mean = {key: np.mean([row[key] for row in found]) for key in found[0]}
        print(f"| {name} | {mean['auroc']:.4f} | {mean['auprc']:.4f} | {mean['log_loss']:.4f} | {mean['slope']:.3f} "
              f"| {100 * mean['reach']:.1f} % | {mean['cpu']:.1f} |")


main()
