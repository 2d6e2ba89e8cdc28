//! Hours by tier (校本, 县级, 县级以上, 其他) and by mode (三-1).

use songjiao_types::{
    HourDifference, Hours, WireEnum,
    hour_records::HourRecordStatus,
    quotas::{ModeHours, TierHours},
    training::{TrainingLevel, TrainingMode, TrainingTier},
};

/// The hours of a level, mode and status, in hundredths; `None` if there are no records.
pub type Sum = (TrainingLevel, TrainingMode, HourRecordStatus, Option<i64>);

/// The late hours 补录 of a level and mode, in hundredths: what was recognised for a closed year since, less what was voided.
pub type LateSum = (TrainingLevel, TrainingMode, i64);

/// Returns the late hours of the sums that a condition picks; `None` if no year is closed.
pub fn late(sums: &[LateSum], picked: impl Fn(TrainingLevel, TrainingMode) -> bool) -> Option<HourDifference> {
    let hours = || sums.iter().filter(|(level, mode, _)| picked(*level, *mode)).map(|(.., hours)| *hours).sum();
    (!sums.is_empty()).then(|| HourDifference::from_hundredths(hours()))
}

/// Returns the recognised and the pending hours of the sums that a condition picks.
fn pick(sums: &[Sum], picked: impl Fn(&Sum) -> bool) -> (Hours, Hours) {
    let of = |status: HourRecordStatus| {
        let hundredths = sums.iter().filter(|sum| sum.2 == status && picked(sum)).filter_map(|sum| sum.3).sum();
        Hours::from_hundredths(hundredths)
    };
    (of(HourRecordStatus::Recognized), of(HourRecordStatus::Pending))
}

/// Returns the hours of every tier, including those without any.
pub fn by_tier(sums: &[Sum]) -> Vec<TierHours> {
    let hours = |tier: &TrainingTier| {
        let (recognized_hours, pending_hours) = pick(sums, |sum| sum.0.tier() == *tier);
        TierHours { tier: *tier, recognized_hours, pending_hours }
    };
    TrainingTier::ALL.iter().map(hours).collect()
}

/// Returns the hours of every mode, including those without any.
pub fn by_mode(sums: &[Sum]) -> Vec<ModeHours> {
    let hours = |mode: &TrainingMode| {
        let (recognized_hours, pending_hours) = pick(sums, |sum| sum.1 == *mode);
        ModeHours { mode: *mode, recognized_hours, pending_hours }
    };
    TrainingMode::ALL.iter().map(hours).collect()
}
