//! Hours by tier (校本, 县级, 县级以上, 其他), by mode and by dimension 三修 (三-1).

use songjiao_types::{
    HourDifference, Hours, WireEnum,
    hour_records::HourRecordStatus,
    quotas::{DimensionHours, ModeHours, TierHours},
    training::{TrainingDimension, TrainingLevel, TrainingMode, TrainingTier},
};

/// What hours are broken down by: level, mode and dimension.
pub type Kind = (TrainingLevel, TrainingMode, Option<TrainingDimension>);

/// The hours of a kind and status, in hundredths; `None` if there are no records.
pub type Sum = (Kind, HourRecordStatus, Option<i64>);

/// The late hours 补录 of a kind, in hundredths: what was recognised for a closed year since, less what was voided.
pub type LateSum = (Kind, i64);

/// Returns the late hours of the sums that a condition picks; `None` if no year is closed.
pub fn late(sums: &[LateSum], picked: impl Fn(Kind) -> bool) -> Option<HourDifference> {
    let hours = || sums.iter().filter(|(kind, _)| picked(*kind)).map(|(_, hours)| *hours).sum();
    (!sums.is_empty()).then(|| HourDifference::from_hundredths(hours()))
}

/// Returns the recognised and the pending hours of the sums that a condition picks.
fn pick(sums: &[Sum], picked: impl Fn(Kind) -> bool) -> (Hours, Hours) {
    let of = |wanted: HourRecordStatus| {
        let chosen = sums.iter().filter(|(kind, status, _)| *status == wanted && picked(*kind));
        Hours::from_hundredths(chosen.filter_map(|(.., hundredths)| *hundredths).sum())
    };
    (of(HourRecordStatus::Recognized), of(HourRecordStatus::Pending))
}

/// Returns the hours of every tier, including those without any.
pub fn by_tier(sums: &[Sum]) -> Vec<TierHours> {
    let hours = |tier: &TrainingTier| {
        let (recognized_hours, pending_hours) = pick(sums, |(level, ..)| level.tier() == *tier);
        TierHours { tier: *tier, recognized_hours, pending_hours }
    };
    TrainingTier::ALL.iter().map(hours).collect()
}

/// Returns the hours of every mode, including those without any.
pub fn by_mode(sums: &[Sum]) -> Vec<ModeHours> {
    let hours = |mode: &TrainingMode| {
        let (recognized_hours, pending_hours) = pick(sums, |(_, of, _)| of == *mode);
        ModeHours { mode: *mode, recognized_hours, pending_hours }
    };
    TrainingMode::ALL.iter().map(hours).collect()
}

/// Returns the hours of every dimension, including those without any, and last the hours that state none.
pub fn by_dimension(sums: &[Sum]) -> Vec<DimensionHours> {
    let hours = |dimension: Option<TrainingDimension>| {
        let (recognized_hours, pending_hours) = pick(sums, |(.., of)| of == dimension);
        DimensionHours { dimension, recognized_hours, pending_hours }
    };
    TrainingDimension::ALL.iter().copied().map(Some).chain([None]).map(hours).collect()
}
