use std::{fmt, iter::Sum, ops, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// 学时: a fixed-point number with two decimals; in JSON a number such as `1.5` or `34.52`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "db", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow), diesel(sql_type = crate::db::HundredthHours))]
pub struct Hours(i64);

/// Why a number is not a valid amount of 学时.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoursError {
    /// Not a number.
    NotANumber,
    /// More than two decimals: `0.005`.
    TooPrecise,
    /// Below zero or above [`Hours::MAX`].
    OutOfRange,
}

impl fmt::Display for HoursError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "学时必须是数字",
            Self::TooPrecise => "学时最多两位小数",
            Self::OutOfRange => "学时必须在 0 到 9999.99 之间",
        })
    }
}

impl std::error::Error for HoursError {}

impl Hours {
    /// No hours.
    pub const ZERO: Self = Self(0);
    /// The maximum of one record.
    pub const MAX: Self = Self(999_999);

    /// Converts hundredths of an hour: `15` is 1.5 学时.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// Converts whole hours.
    pub const fn whole(hours: i64) -> Self {
        Self(hours * 100)
    }

    /// Returns hundredths of an hour.
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// Returns `self - other`, at least zero.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self((self.0 - other.0).max(0))
    }

    /// Rounds up to the tenth, as what a year requires is rounded.
    #[must_use]
    pub const fn ceil_to_tenth(self) -> Self {
        Self((self.0 + 9).div_euclid(10) * 10)
    }

    /// Returns a float for charts; sums are computed with [`Hours`].
    #[allow(clippy::cast_precision_loss)]
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 100.0
    }

    #[allow(clippy::cast_possible_truncation)]
    fn from_f64(value: f64) -> Result<Self, HoursError> {
        let hundredths = value * 100.0;
        if !(0.0..=999_999.5).contains(&hundredths) {
            return Err(HoursError::OutOfRange);
        }
        // Sums of floats, such as 3.3000000000000003, are off by less.
        if (hundredths - hundredths.round()).abs() > 1e-7 {
            return Err(HoursError::TooPrecise);
        }
        Ok(Self(hundredths.round() as i64))
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, hundredths) = (self.0.abs() / 100, self.0.abs() % 100);
        match (hundredths, hundredths % 10) {
            (0, _) => write!(f, "{sign}{whole}"),
            (_, 0) => write!(f, "{sign}{whole}.{}", hundredths / 10),
            _ => write!(f, "{sign}{whole}.{hundredths:02}"),
        }
    }
}

impl FromStr for Hours {
    type Err = HoursError;

    /// Parses `12`, `12.` or `12.55` without converting through a float, save for more decimals, as floats leave behind.
    fn from_str(text: &str) -> Result<Self, HoursError> {
        let text = text.trim();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(positive) = text.strip_prefix('-') {
            return match positive.parse::<f64>() {
                Ok(_) => Err(HoursError::OutOfRange),
                Err(_) => Err(HoursError::NotANumber),
            };
        }
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return Err(HoursError::NotANumber);
        }
        let significant = fraction.trim_end_matches('0');
        if whole.trim_start_matches('0').len() > 4 {
            return Err(HoursError::OutOfRange);
        }
        if significant.len() > 2 {
            return text.parse().map_err(|_| HoursError::NotANumber).and_then(Self::from_f64);
        }
        let whole: i64 = whole.parse().map_err(|_| HoursError::OutOfRange)?;
        let hundredths: i64 = format!("{significant:0<2}").parse().map_err(|_| HoursError::NotANumber)?;
        Ok(Self(whole * 100 + hundredths))
    }
}

impl ops::Add for Hours {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl ops::AddAssign for Hours {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Hours {
    fn sum<I: Iterator<Item = Self>>(hours: I) -> Self {
        hours.fold(Self::ZERO, ops::Add::add)
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 { serializer.serialize_i64(self.0 / 100) } else { serializer.serialize_f64(self.as_f64()) }
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Hours;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of hours with at most two decimals")
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Hours, E> {
                Hours::from_f64(value).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Hours, E> {
                u64::try_from(value)
                    .map_err(|_| E::custom(HoursError::OutOfRange))
                    .and_then(|value| self.visit_u64(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Hours, E> {
                match i64::try_from(value) {
                    Ok(value) if value <= 9_999 => Ok(Hours::whole(value)),
                    _ => Err(E::custom(HoursError::OutOfRange)),
                }
            }
        }
        deserializer.deserialize_f64(Visitor)
    }
}

/// Deserializes a sum of hours, which may exceed [`Hours::MAX`]: `#[serde(deserialize_with = "total_hours")]`.
///
/// # Errors
/// If the value is not a number, is negative, or is beyond the precision of a float.
pub fn total_hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hours, D::Error> {
    /// The bound below which a float distinguishes hundredths.
    const MOST: f64 = 1e14;
    let hundredths = f64::deserialize(deserializer)? * 100.0;
    if !(0.0..MOST).contains(&hundredths) {
        return Err(de::Error::custom(HoursError::OutOfRange));
    }
    #[allow(clippy::cast_possible_truncation, reason = "checked above")]
    Ok(Hours(hundredths.round() as i64))
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Hours {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .description(Some("学时: at most two decimals"))
            .multiple_of(Some(0.01))
            .minimum(Some(0.0))
            .examples([1.5])
            .build()
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Hours {
    fn name() -> std::borrow::Cow<'static, str> {
        "Hours".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Hours, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn hours_are_json_numbers_with_at_most_two_decimals() {
        assert_eq!(read("1.5"), Ok(Hours::from_hundredths(150)));
        assert_eq!(read("72"), Ok(Hours::whole(72)));
        assert_eq!(read("0.3"), Ok(Hours::from_hundredths(30)));
        assert_eq!(read("34.52"), Ok(Hours::from_hundredths(3452)));
        assert_eq!(read("3.3000000000000003"), Ok(Hours::from_hundredths(330)));
        for refused in ["0.005", "34.521", "-1", "-0.5", "1e9", "1000000000", "\"1.5\"", "null", "10000"] {
            assert!(read(refused).is_err(), "{refused} was taken");
        }
        assert_eq!(serde_json::to_string(&Hours::from_hundredths(150)).ok().as_deref(), Some("1.5"));
        assert_eq!(serde_json::to_string(&Hours::whole(72)).ok().as_deref(), Some("72"));
    }

    #[test]
    fn every_hundredth_survives_the_wire() {
        for hundredths in 0..=999_999 {
            let text = serde_json::to_string(&Hours(hundredths)).expect("hours serialise");
            assert_eq!(read(&text), Ok(Hours(hundredths)));
            assert_eq!(Hours(hundredths).to_string().parse(), Ok(Hours(hundredths)));
        }
    }

    #[test]
    fn a_sum_may_exceed_what_a_record_may_carry() {
        let read = |json: &str| total_hours(&mut serde_json::Deserializer::from_str(json)).ok();
        assert_eq!(read("288000.5"), Some(Hours::from_hundredths(28_800_050)));
        assert_eq!(read("288000"), Some(Hours::whole(288_000)));
        assert_eq!(read("-1"), None);
        assert_eq!(read("1e300"), None);
    }

    #[test]
    fn text_is_read_without_a_float() {
        assert_eq!("12.50".parse(), Ok(Hours::from_hundredths(1250)));
        assert_eq!("12.05".parse(), Ok(Hours::from_hundredths(1205)));
        assert_eq!("77.30000000000001".parse(), Ok(Hours::from_hundredths(7730)));
        assert_eq!("12.555".parse::<Hours>(), Err(HoursError::TooPrecise));
        assert_eq!("-3".parse::<Hours>(), Err(HoursError::OutOfRange));
        assert_eq!("99999999999999999999".parse::<Hours>(), Err(HoursError::OutOfRange));
        assert_eq!("三".parse::<Hours>(), Err(HoursError::NotANumber));
        assert_eq!("".parse::<Hours>(), Err(HoursError::NotANumber));
    }
}
