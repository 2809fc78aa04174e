//! From a value as Parquet stores it to a [`Raw`], by the column's type in the file and the kind that was asked for.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;

use crate::readers::{Meaning, Raw};

/// What the bytes of a column's values mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// Whole numbers.
    Signed,
    /// Whole numbers without a sign.
    Unsigned,
    /// Numbers with a point.
    Float,
    /// Half-precision numbers with a point.
    HalfFloat,
    /// Text.
    Text,
    /// Days since 1970-01-01.
    Days,
    /// So many units to the day since 1970-01-01.
    Timestamp(i64),
    /// The 12-byte timestamps of old writers: nanoseconds of the day and Julian day.
    OldTimestamp,
    /// Whole numbers times a power of ten.
    Decimal {
        /// The power: digits after the point.
        scale: i32,
        /// Whether it is stored as bytes, highest first, rather than as a typed integer.
        as_bytes: bool,
    },
    /// True or false.
    Boolean,
}

impl Stored {
    /// Of a column.
    pub fn of(column: &ColumnDescriptor) -> Self {
        let logical = column.logical_type_ref();
        let as_bytes = matches!(column.physical_type(), Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY);
        match logical {
            Some(LogicalType::Date) => return Self::Days,
            Some(LogicalType::Timestamp(timestamp)) => {
                return Self::Timestamp(match timestamp.unit {
                    TimeUnit::MILLIS => 86_400_000,
                    TimeUnit::MICROS => 86_400_000_000,
                    TimeUnit::NANOS => 86_400_000_000_000,
                });
            }
            Some(LogicalType::Decimal(decimal)) => return Self::Decimal { scale: decimal.scale, as_bytes },
            Some(LogicalType::Integer(integer)) if !integer.is_signed => return Self::Unsigned,
            Some(LogicalType::Float16) => return Self::HalfFloat,
            _ => {}
        }
        match (column.converted_type(), column.physical_type()) {
            (ConvertedType::DATE, _) => Self::Days,
            (ConvertedType::TIMESTAMP_MILLIS, _) => Self::Timestamp(86_400_000),
            (ConvertedType::TIMESTAMP_MICROS, _) => Self::Timestamp(86_400_000_000),
            (ConvertedType::DECIMAL, _) => Self::Decimal { scale: column.type_scale(), as_bytes },
            (ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64, _) => {
                Self::Unsigned
            }
            (_, Type::BOOLEAN) => Self::Boolean,
            (_, Type::INT32 | Type::INT64) => Self::Signed,
            (_, Type::INT96) => Self::OldTimestamp,
            (_, Type::FLOAT | Type::DOUBLE) => Self::Float,
            (_, Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY) => Self::Text,
        }
    }

    /// The value of these bytes, in the form that the column was asked in.
    pub fn raw(self, bytes: &[u8], meaning: &Meaning) -> Raw {
        match self.scalar(bytes) {
            Scalar::Missing => Raw::Missing,
            Scalar::Whole(whole) => {
                i64::try_from(whole).map_or(Raw::Unreadable("number that is too large"), |whole| meaning.whole(whole))
            }
            Scalar::Fraction(number) => meaning.text(&number.to_string()),
            Scalar::Text(text) => meaning.text(text),
            Scalar::Day(day) => meaning.day(day),
            Scalar::Unreadable(class) => Raw::Unreadable(class),
        }
    }

    fn scalar(self, bytes: &[u8]) -> Scalar<'_> {
        match self {
            Self::Signed => integer(bytes).map_or(Scalar::Unreadable("number"), |whole| Scalar::Whole(whole.into())),
            Self::Unsigned => match (bytes.first_chunk::<8>(), bytes.first_chunk::<4>()) {
                (Some(eight), _) => Scalar::Whole(u64::from_le_bytes(*eight).into()),
                (None, Some(four)) => Scalar::Whole(u32::from_le_bytes(*four).into()),
                _ => Scalar::Unreadable("number"),
            },
            Self::Float => match (bytes.first_chunk::<8>(), bytes.first_chunk::<4>()) {
                (Some(eight), _) => number(f64::from_le_bytes(*eight)),
                (None, Some(four)) => number(f32::from_le_bytes(*four).into()),
                _ => Scalar::Unreadable("number"),
            },
            Self::HalfFloat => half(bytes).map_or(Scalar::Unreadable("number"), number),
            Self::Text => {
                std::str::from_utf8(bytes).map_or(Scalar::Unreadable("bytes that are not text"), Scalar::Text)
            }
            Self::Days => integer(bytes)
                .and_then(|day| i32::try_from(day).ok())
                .map_or(Scalar::Unreadable("date out of range"), Scalar::Day),
            Self::Timestamp(units) => integer(bytes)
                .and_then(|time| i32::try_from(time.div_euclid(units)).ok())
                .map_or(Scalar::Unreadable("date out of range"), Scalar::Day),
            Self::OldTimestamp => old_day(bytes).map_or(Scalar::Unreadable("date out of range"), Scalar::Day),
            Self::Decimal { scale, as_bytes } => decimal(bytes, scale, as_bytes),
            Self::Boolean => Scalar::Text(if bytes == [0] { "false" } else { "true" }),
        }
    }
}

enum Scalar<'a> {
    Missing,
    Whole(i128),
    Fraction(f64),
    Text(&'a str),
    Day(i32),
    Unreadable(&'static str),
}

fn integer(bytes: &[u8]) -> Option<i64> {
    match (bytes.first_chunk::<8>(), bytes.first_chunk::<4>()) {
        (Some(eight), _) => Some(i64::from_le_bytes(*eight)),
        (None, Some(four)) => Some(i32::from_le_bytes(*four).into()),
        _ => None,
    }
}

/// Data frames write a missing whole number as a float that is not a number.
fn number(value: f64) -> Scalar<'static> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.is_nan() {
        Scalar::Missing
    } else if value.fract() == 0.0 && value.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most 2^53")]
        Scalar::Whole(value as i128)
    } else {
        Scalar::Fraction(value)
    }
}

/// IEEE 754 binary16.
fn half(bytes: &[u8]) -> Option<f64> {
    let bits = u16::from_le_bytes(*bytes.first_chunk::<2>()?);
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    };
    Some(if bits >> 15 == 1 { -size } else { size })
}

/// Day of an INT96: the Julian day stands in the last four bytes; 1970-01-01 is Julian day 2,440,588.
fn old_day(bytes: &[u8]) -> Option<i32> {
    let julian = u32::from_le_bytes(*bytes.last_chunk::<4>()?);
    i32::try_from(i64::from(julian) - 2_440_588).ok()
}

fn decimal(bytes: &[u8], scale: i32, as_bytes: bool) -> Scalar<'static> {
    let whole = match bytes {
        _ if !as_bytes => integer(bytes).map(i128::from),
        [first, rest @ ..] if rest.len() < 16 => {
            Some(rest.iter().fold(i128::from(first.cast_signed()), |value, &byte| value << 8 | i128::from(byte)))
        }
        _ => None,
    };
    let Some(whole) = whole else {
        return Scalar::Unreadable("number that is too large");
    };
    let unit = u32::try_from(scale).ok().and_then(|scale| 10i128.checked_pow(scale));
    match unit {
        Some(unit) if whole % unit == 0 => Scalar::Whole(whole / unit),
        #[expect(clippy::cast_precision_loss, reason = "only shown as text or refused as not whole")]
        Some(unit) => Scalar::Fraction(whole as f64 / unit as f64),
        None => Scalar::Unreadable("number that is too large"),
    }
}
