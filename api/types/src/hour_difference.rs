use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Cell, Hours};

/// A difference of 学时, with a sign: late hours 补录 are below zero where recognised hours were voided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HourDifference(i64);

impl HourDifference {
    /// No difference.
    pub const ZERO: Self = Self(0);

    /// Converts hundredths of an hour.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// Returns `now - before`.
    pub const fn between(before: Hours, now: Hours) -> Self {
        Self(now.hundredths() - before.hundredths())
    }

    /// Returns hundredths of an hour.
    pub const fn hundredths(self) -> i64 {
        self.0
    }
}

/// With a sign: `+8`, `-1.5`, `0`.
impl fmt::Display for HourDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 > 0 { "+" } else { "" };
        write!(f, "{sign}{}", Hours::from_hundredths(self.0))
    }
}

impl Serialize for HourDifference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Hours::from_hundredths(self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for HourDifference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// The bound below which a float distinguishes hundredths.
        const MOST: f64 = 1e14;
        let hundredths = f64::deserialize(deserializer)? * 100.0;
        if hundredths.abs() >= MOST || hundredths.is_nan() {
            return Err(de::Error::custom("out of range"));
        }
        #[allow(clippy::cast_possible_truncation, reason = "checked above")]
        Ok(Self(hundredths.round() as i64))
    }
}

impl From<HourDifference> for Cell<'_> {
    fn from(difference: HourDifference) -> Self {
        Self::Hours(Hours::from_hundredths(difference.0))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for HourDifference {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .description(Some("A difference of 学时: at most two decimals, below zero if hours were taken away"))
            .multiple_of(Some(0.01))
            .examples([-1.5])
            .build()
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for HourDifference {
    fn name() -> std::borrow::Cow<'static, str> {
        "HourDifference".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_keeps_its_sign() {
        for (hundredths, json, text) in [(-150, "-1.5", "-1.5"), (800, "8", "+8"), (0, "0", "0")] {
            let difference = HourDifference::from_hundredths(hundredths);
            assert_eq!(serde_json::to_string(&difference).ok().as_deref(), Some(json));
            assert_eq!(serde_json::from_str(json).ok(), Some(difference));
            assert_eq!(difference.to_string(), text);
        }
    }
}
