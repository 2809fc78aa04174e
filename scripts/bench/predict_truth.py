"""Where the file is a made-up trust's: the chances that Evenly estimates by group against those that were planted."""

import os

GROUPS = {"sex": "Sex", "treatment_function": "Treatment_Function_Code"}


def compare(file, audit, model):
    truth = os.path.join(os.path.dirname(file), "..", "truth", "risk.parquet")
    if not os.path.exists(truth):
        return
    import json

    import numpy as np
    import pandas
    with open(model, encoding="utf-8") as text:
        next(text)
        first = json.load(text)["made_of"]["days"]["test"]
    rows = pandas.read_parquet(file).drop_duplicates("OPA_Ident").merge(pandas.read_parquet(truth), on="OPA_Ident")
    rows = rows[(rows["Appointment_Date"].astype(str) >= first) & rows["Attendance_Status"].isin(["3", "5", "6", "7"])]
    rows["age_band"] = pandas.cut(rows["Age_at_CDS_Activity_Date"], [-1, 17, 34, 49, 64, 79, 120],
                                  labels=["0-17", "18-34", "35-49", "50-64", "65-79", "80+"]).astype(str)
    print(f"\nPlanted chances of all people on the days of the test, mean {rows['chance_of_missing'].mean():.4f}; estimated for the people "
          f"of the test {audit['overall']['predicted']:.4f}, missed {audit['overall']['observed']:.4f}. By group:\n")
    print("| group | planted | estimated | missed, with interval | slope |\n|---|---|---|---|---|")
    off = []
    for own in audit["by_group"]:
        column = GROUPS.get(own["dimension"], own["dimension"])
        if own["withheld"] or column not in rows:
            continue
        planted = rows.loc[rows[column].astype(str) == own["group"], "chance_of_missing"].mean()
        if np.isnan(planted):
            continue
        observed, slope = own["intervals"]["observed"], own["intervals"]["calibration_slope"]
        off.append(own["predicted"] - planted)
        print(f"| {own['label']} | {planted:.4f} | {own['predicted']:.4f} | {own['observed']:.4f} ({observed['lower']:.4f} to {observed['upper']:.4f}) "
              f"| {own['calibration_slope']:.2f} ({slope['lower']:.2f} to {slope['upper']:.2f}) |")
    print(f"\nEstimated less planted: between {min(off):+.4f} and {max(off):+.4f}")
