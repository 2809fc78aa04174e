//! A column's value as JSON, so that it comes back to the last bit.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sqlx::any::{AnyRow, AnyTypeInfoKind};
use sqlx::{Row as _, ValueRef as _};

use crate::error::{Result, StoreError};
use crate::store::Statement;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// A floating-point number.
    Double,
    /// Bytes.
    Bytes,
}

impl Kind {
    /// What a type of either database holds.
    pub fn of(declared: &str) -> Option<Self> {
        match declared.to_ascii_lowercase().as_str() {
            "text" => Some(Self::Text),
            "bigint" => Some(Self::Number),
            "double precision" => Some(Self::Double),
            "blob" | "bytea" => Some(Self::Bytes),
            _ => None,
        }
    }
}

/// A value of a row. Floating-point numbers are their bits in hexadecimal, bytes are base64: both as objects of one member.
pub fn out(row: &AnyRow, position: usize) -> Result<Value> {
    let raw = row.try_get_raw(position)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    Ok(match raw.type_info().kind() {
        AnyTypeInfoKind::Text => json!(row.try_get::<String, _>(position)?),
        AnyTypeInfoKind::Double => {
            json!({"double": format!("{:016x}", row.try_get::<f64, _>(position)?.to_bits())})
        }
        AnyTypeInfoKind::Blob => json!({"bytes": STANDARD.encode(row.try_get::<Vec<u8>, _>(position)?)}),
        _ => json!(row.try_get::<i64, _>(position)?),
    })
}

/// Binds a value to a statement that writes a column of a kind.
pub fn bind<'q>(statement: Statement<'q>, value: &Value, kind: Kind) -> Result<Statement<'q>> {
    let wrong = || StoreError::Damaged("the backup holds a value that its column cannot".to_owned());
    Ok(match kind {
        Kind::Text if value.is_null() => statement.bind(None::<String>),
        Kind::Number if value.is_null() => statement.bind(None::<i64>),
        Kind::Double if value.is_null() => statement.bind(None::<f64>),
        Kind::Bytes if value.is_null() => statement.bind(None::<Vec<u8>>),
        Kind::Text => statement.bind(value.as_str().ok_or_else(wrong)?.to_owned()),
        Kind::Number => statement.bind(value.as_i64().ok_or_else(wrong)?),
        Kind::Double => {
            let bits = value["double"].as_str().and_then(|text| u64::from_str_radix(text, 16).ok());
            statement.bind(f64::from_bits(bits.ok_or_else(wrong)?))
        }
        Kind::Bytes => {
            let bytes = value["bytes"].as_str().and_then(|text| STANDARD.decode(text).ok());
            statement.bind(bytes.ok_or_else(wrong)?)
        }
    })
}
