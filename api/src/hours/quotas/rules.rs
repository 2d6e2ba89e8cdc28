//! What a training year requires, and the status that follows (一-3).

use songjiao_types::{Hours, quotas::QuotaStatus};

/// Returns a share of the hours that a full year asks, for the months owed of all its months: rounded up to the tenth. A
/// year of fewer than twelve months asks its twelfths. The hours are divided by the years over which they are spread.
pub fn share(hours: Hours, years: i32, owed_months: i32, months: i32) -> Hours {
    let (whole, parts) = (
        hours.hundredths() * i64::from(mutate!(ShortYearInFull, owed_months, owed_months + (12 - months).max(0))),
        i64::from(years.max(1)) * i64::from(mutate!(TwelfthsOfLongYears, months.max(12), 12)),
    );
    let exact = (whole + parts - 1) / parts;
    mutate!(RoundedDown, Hours::from_hundredths(exact).ceil_to_tenth(), Hours::from_hundredths(exact / 10 * 10))
}

/// Returns the hours that a year requires (一-3).
pub fn required(annual: Hours, owed_months: i32, months: i32) -> Hours {
    share(annual, 1, owed_months, months)
}

/// Returns the status of required and counted hours, where a dimension 三修 may have missed its minimum. No rate counts
/// those of whom nothing is required.
pub fn status(required: Hours, counted: Hours, missed: bool) -> QuotaStatus {
    match required {
        Hours::ZERO => QuotaStatus::Exempt,
        required if mutate!(MetAboveRequired, counted >= required, counted > required) && !missed => QuotaStatus::Met,
        _ => QuotaStatus::Short,
    }
}

/// Returns the percentage of teachers who met the quota, to one decimal; `None` if there are none.
pub fn rate(teachers: i64, met: i64) -> Option<f64> {
    #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
    (teachers > 0).then(|| (met as f64 * 1000.0 / teachers as f64).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_month_owed_asks_six_of_seventy_two_hours() {
        let full = Hours::whole(72);
        assert_eq!([12, 11, 6, 0].map(|owed| required(full, owed, 12)), [72, 66, 36, 0].map(Hours::whole));
        assert_eq!(required(Hours::whole(80), 11, 12), Hours::from_hundredths(7340), "rounded up to the tenth");
        assert_eq!(required(Hours::whole(80), 10, 12), Hours::from_hundredths(6670));
        assert_eq!(required(Hours::from_hundredths(7205), 12, 12), Hours::from_hundredths(7210));
    }

    #[test]
    fn a_year_of_transition_asks_what_its_months_ask() {
        // Case B4.
        let full = Hours::whole(72);
        assert_eq!(required(full, 20, 20), full);
        assert_eq!(required(full, 8, 20), Hours::from_hundredths(2880));
        assert_eq!(required(full, 10, 20), Hours::whole(36));
        assert_eq!(required(full, 4, 4), Hours::whole(24));
    }

    #[test]
    fn a_cycle_asks_a_share_in_each_year() {
        assert_eq!(share(Hours::whole(450), 5, 12, 12), Hours::whole(90));
        assert_eq!(share(Hours::whole(360), 5, 10, 12), Hours::whole(60));
        assert_eq!(share(Hours::whole(360), 7, 12, 12), Hours::from_hundredths(5150), "51.43 rounded up");
    }

    #[test]
    fn nothing_required_is_exempt() {
        assert_eq!(status(Hours::ZERO, Hours::whole(5), true), QuotaStatus::Exempt);
        assert_eq!(status(Hours::whole(72), Hours::whole(72), false), QuotaStatus::Met);
        assert_eq!(status(Hours::whole(72), Hours::from_hundredths(7199), false), QuotaStatus::Short);
        assert_eq!(status(Hours::whole(72), Hours::whole(80), true), QuotaStatus::Short, "a minimum is missed");
    }

    #[test]
    fn the_rate_has_one_decimal_and_nobody_has_none() {
        assert_eq!([rate(3, 2), rate(3, 3), rate(0, 0)], [Some(66.7), Some(100.0), None]);
    }
}
