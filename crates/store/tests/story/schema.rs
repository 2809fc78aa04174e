//! Every column has a privacy class, every table its place in a backup, and only portable types are used.

use std::collections::BTreeSet;

use evenly_store::{privacy, schema};

use crate::records::{Records, on_both};

on_both!(every_column_has_a_privacy_class, every_table_is_backed_up, only_portable_types_are_used);

async fn every_column_has_a_privacy_class(records: Records) {
    let columns = schema::columns(&records.store).await.expect("the schema is read");
    assert!(columns.len() > 150, "only {} columns found", columns.len());
    let without: Vec<_> =
        columns.iter().filter(|column| privacy::class(&column.table, &column.name).is_none()).collect();
    assert!(without.is_empty(), "no privacy class for {without:?}: add it to privacy.rs");
    let there: BTreeSet<_> = columns.iter().map(|own| (own.table.as_str(), own.name.as_str())).collect();
    for (table, classes) in privacy::CLASSES {
        for (column, _) in classes {
            assert!(there.contains(&(table, *column)), "privacy.rs names {table}.{column}, which is not there");
        }
    }
}

async fn every_table_is_backed_up(records: Records) {
    let columns = schema::columns(&records.store).await.expect("the schema is read");
    let there: BTreeSet<_> = columns.iter().map(|own| own.table.as_str()).collect();
    assert_eq!(there, BTreeSet::from(schema::TABLES));
}

async fn only_portable_types_are_used(records: Records) {
    for column in schema::columns(&records.store).await.expect("the schema is read") {
        let kind = column.kind.to_lowercase();
        let portable = ["text", "bigint", "double precision", "blob", "bytea"].contains(&kind.as_str());
        assert!(portable, "{}.{} is {kind}", column.table, column.name);
    }
}
