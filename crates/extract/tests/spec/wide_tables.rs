//! Counted tables of the wide shape, and rows of any that cannot be.

use crate::support::{checked, counted};

#[test]
fn every_other_column_is_a_dimension() {
    let table = "
        month   | sex    | deprivation      | numerator | denominator
        2024-01 | Male   | 1 Most deprived  | 10        | 100
        2024-01 | Female | 1 Most deprived  | 20        | 100
        2024-02 | Male   | 5 Least deprived | 5         | 50
        2024-02 | Female | Unknown          | 1         | 10
        2024-02 | Female | Unknown          | 1         | 10
        2024-02 | All    | 5 Least deprived | 5         | 50
        2024-02 | Male   | 2                | 51        | 50
        2024-02 | Male   | 2                |           | 50
        2024-02 | Male   | 2                | 1         | fifty
    ";
    let answer = counted("grouped-table", table, &[], &[]);
    assert_eq!((answer.rows.read, answer.rows.counted), (9, 5));
    assert_eq!(answer.rows.excluded[0].rows, 1);
    assert_eq!(answer.rows.rejected_rows(), 3);
    assert_eq!(answer.rejects[0], "table.csv,10,denominator,not a whole number from 0,text");
    assert_eq!(answer.whole("coverage"), (37, 270));
    assert_eq!(answer.group("coverage", "sex", "female"), (22, 120));
    assert_eq!(answer.group("coverage", "deprivation", "not-known"), (2, 20));
    assert_eq!(answer.group("coverage", "period", "2024-02"), (7, 70));
    let deprivation = answer.release.dimension("deprivation").unwrap();
    assert_eq!(deprivation.order, evenly_cube::Order::Ranked);
    assert_eq!(answer.cells("coverage", &["sex", "deprivation"]).len(), 4);
}

#[test]
fn a_check_of_a_counted_table_tells_its_rows_and_dimensions() {
    let report =
        checked("grouped-table", "category | group | numerator | denominator\n Sex | F | 1 | 2\n Sex | M | 3 | 2");
    assert_eq!((report.rows.read, report.rows.counted, report.rows.rejected_rows()), (2, 1, 1));
    assert_eq!(report.dimensions, ["sex"]);
}
