//! Hours by the tiers 校本, 县级, 县级以上 and by mode (三-1).

use songjiao_types::{
    Hours, WireEnum,
    hour_records::HourRecordStatus,
    quotas::{ModeHours, TierHours},
    training::{TrainingLevel, TrainingMode, TrainingTier},
};

/// The hours of a level, mode and status, in tenths; none where there are no records.
pub type Sum = (TrainingLevel, TrainingMode, HourRecordStatus, Option<i64>);

/// Recognised and pending hours of the sums that a condition picks.
fn pick(sums: &[Sum], picked: impl Fn(&Sum) -> bool) -> (Hours, Hours) {
    let of = |status: HourRecordStatus| {
        let tenths = sums.iter().filter(|sum| sum.2 == status && picked(sum)).filter_map(|sum| sum.3).sum();
        Hours::from_tenths(tenths)
    };
    (of(HourRecordStatus::Recognized), of(HourRecordStatus::Pending))
}

/// Every tier, those without hours included.
pub fn by_tier(sums: &[Sum]) -> Vec<TierHours> {
    let hours = |tier: &TrainingTier| {
        let (recognized_hours, pending_hours) = pick(sums, |sum| sum.0.tier() == *tier);
        TierHours { tier: *tier, recognized_hours, pending_hours }
    };
    TrainingTier::ALL.iter().map(hours).collect()
}

/// Every mode, those without hours included.
pub fn by_mode(sums: &[Sum]) -> Vec<ModeHours> {
    let hours = |mode: &TrainingMode| {
        let (recognized_hours, pending_hours) = pick(sums, |sum| sum.1 == *mode);
        ModeHours { mode: *mode, recognized_hours, pending_hours }
    };
    TrainingMode::ALL.iter().map(hours).collect()
}
