"""One statistic by a package of the field, from a table in CSV to answers in CSV.

    stats_peers.py PEER TABLE.csv ANSWERS.csv [LIMIT]

LIMIT reads only so many rows (a peer that takes minutes is run on a part and its time multiplied). Prints one line of
JSON with wall and CPU seconds, reading and writing included, starting Python and importing packages left out."""

import json
import sys
import time
import warnings

import pandas as pd

warnings.filterwarnings("ignore")


def by_group(function):
    """Runs a function of one table on each part, as an analyst's loop would."""
    return lambda table, key: pd.concat([function(part).assign(key=name) for name, part in table.groupby(key, sort=False)])


def ph_proportion():
    from PHStatsMethods import ph_proportion

    def run(table):
        found = ph_proportion(table, "numerator", "denominator", "group", metadata=False)
        return found.rename(columns={"group": "key", "Value": "value", "lower_95_ci": "lower", "upper_95_ci": "upper"})

    return run


def statsmodels_wilson():
    from statsmodels.stats.proportion import proportion_confint

    def run(table):
        lower, upper = proportion_confint(table.numerator, table.denominator, method="wilson")
        return pd.DataFrame({"key": table.group, "value": table.numerator / table.denominator, "lower": lower, "upper": upper})

    return run


def ph_dsr():
    from PHStatsMethods import ph_dsr

    def run(table):
        found = ph_dsr(table, "numerator", "denominator", "standard", "group", metadata=False, euro_standard_pops=False)
        return found.rename(columns={"group": "key", "Value": "value", "lower_95_ci": "lower", "upper_95_ci": "upper"})

    return run


def ph_isr():
    from PHStatsMethods import ph_ISRatio

    def run(table):
        columns = ["numerator", "denominator", "reference_numerator", "reference_denominator", "group"]
        found = ph_ISRatio(table, *columns, metadata=False)
        return found.rename(columns={"group": "key", "Value": "value", "lower_95_ci": "lower", "upper_95_ci": "upper"})

    return run


def statsmodels_wls():
    """The slope alone, without limits: what statsmodels has of a slope index."""
    import numpy as np
    import statsmodels.api as sm

    def one(part):
        share = (part.population / part.population.sum()).to_numpy()
        rank = np.cumsum(share) - share / 2
        fit = sm.WLS((part.numerator / part.population).to_numpy(), sm.add_constant(rank), weights=share).fit()
        return pd.DataFrame({"value": [fit.params[1]]})

    return lambda table: by_group(one)(table, "indicator")


def statsmodels_logit():
    """A logit line over ranks and the difference of its ends, without its limits."""
    import numpy as np
    import statsmodels.api as sm

    def one(part):
        share = (part.population / part.population.sum()).to_numpy()
        count = np.round(part.value / 100 * part.population).to_numpy()
        ends = np.column_stack([count, part.population - count])
        model = sm.GLM(ends, sm.add_constant(np.cumsum(share) - share / 2), family=sm.families.Binomial())
        low, high = model.fit().predict([[1, 0], [1, 1]])
        return pd.DataFrame({"value": [100 * (high - low)]})

    return lambda table: by_group(one)(table, "setting")


def abspc_xmr():
    from abspc import calculate_control_limits, detect_special_causes

    def one(part):
        found = detect_special_causes(calculate_control_limits(part, "XmR"))
        return found.rename(columns={"mean": "centre", "lcl": "lower", "ucl": "upper"}).drop(columns="series")

    return lambda table: by_group(one)(table, "series")


def controlcharts(chart):
    def make():
        import controlchartspy

        def run(table):
            columns = {"numerators": "value" if chart == "i" else "numerator"}
            if chart != "i":
                columns["denominators"] = "denominator"
            settings = {"chart_type": chart, "sig_figs": 12}
            found = controlchartspy.spc(
                table, keys="period", indicators="series", spc_settings=settings, return_objs="limits", **columns
            )
            limits = pd.DataFrame(found.limits)
            return limits.rename(columns={"series": "key", "target": "centre", "ll99": "lower", "ul99": "upper"})

        return run

    return make


def ph_funnel(statistic):
    def make():
        from PHStatsMethods import assign_funnel_significance, calculate_funnel_limits

        def one(part):
            extra = {"ratio_type": "count"} if statistic == "ratio" else {}
            multiplier = 100 if statistic == "proportion" else 1
            calculate_funnel_limits(part, "numerator", statistic, multiplier, "denominator", **extra)
            return assign_funnel_significance(part, "numerator", statistic, "denominator").drop(columns="setting")

        return lambda table: by_group(one)(table, "setting")

    return make


PEERS = {
    "phstatsmethods-proportion": ph_proportion,
    "statsmodels-wilson": statsmodels_wilson,
    "phstatsmethods-dsr": ph_dsr,
    "phstatsmethods-isr": ph_isr,
    "statsmodels-wls": statsmodels_wls,
    "statsmodels-logit": statsmodels_logit,
    "abspc-xmr": abspc_xmr,
    "controlchartspy-xmr": controlcharts("i"),
    "controlchartspy-pprime": controlcharts("pp"),
    "phstatsmethods-funnel-ratio": ph_funnel("ratio"),
    "phstatsmethods-funnel-proportion": ph_funnel("proportion"),
}


def main():
    peer, table, answers = sys.argv[1:4]
    limit = int(sys.argv[4]) if len(sys.argv) > 4 else None
    run = PEERS[peer]()
    wall, cpu = time.perf_counter(), time.process_time()
    run(pd.read_csv(table, nrows=limit)).to_csv(answers, index=False)
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}))


main()
