"""Chances from a model file of Evenly, worked out by walking its trees; a check of Evenly's own scoring."""

import json

import numpy as np


def walk(tree, values):
    nodes = tree["nodes"]
    feature = np.array([node["split_feature"] for node in nodes])
    value = np.array([node["split_value"] for node in nodes])
    left, right, missing = (np.array([node[name] for node in nodes]) for name in ("left_child", "right_child", "missing_node"))
    leaf, weight = np.array([node["is_leaf"] for node in nodes]), np.array([node["weight_value"] for node in nodes])
    at = np.zeros(len(values), int)
    while not leaf[at].all():
        own = values[np.arange(len(values)), feature[at]]
        after = np.where(np.isnan(own), missing[at], np.where(own < value[at], left[at], right[at]))
        at = np.where(leaf[at], at, after)
    return weight[at].astype(np.float32).astype(float)


def linear(model, values):
    sums = np.full(len(values), model["intercept"])
    for column, own in enumerate(model["coefficients"]):
        shape, known = own["shape"], values[:, column]
        scaled = np.log1p(np.maximum(known, 0)) if shape["log"] else known
        adds = own["weight"] * (scaled - shape["mean"]) / shape["spread"]
        sums += np.where(np.isnan(known), own["unknown"], adds)
    return sums


def adds_by_group(calibration, groups):
    sums = np.zeros(len(groups))
    for own in calibration["by_group"]["dimensions"]:
        sums += groups["group:" + own["dimension"]].astype(str).map(dict(own["groups"])).fillna(0).to_numpy()
    return sums


def chances(file, names, values, groups):
    with open(file, encoding="utf-8") as text:
        next(text)
        saved = json.load(text)
    values = values[:, [names.index(name) for name in saved["used"]]]
    model = saved["model"]
    log_odds = model["trees"]["base_score"] + sum(walk(tree, values) for tree in model["trees"]["trees"])
    share = model["linear_share"]
    log_odds = (1 - share) * log_odds + share * linear(model["linear"], values)
    a, b, c = (saved["calibration"]["beta"][name] for name in "abc")
    calibrated = a * -np.logaddexp(0, -log_odds) + b * np.logaddexp(0, log_odds) + c
    return 1 / (1 + np.exp(-calibrated - adds_by_group(saved["calibration"], groups)))
