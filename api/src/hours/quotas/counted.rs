//! What counts of the recognised hours of a year: up to the cap of each tier, if every dimension 三修 has its minimum. Kept
//! where the policy sets either.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{
    Hours, TeacherId, WireEnum,
    hour_records::HourRecordStatus,
    policies::PolicyFigures,
    training::{TrainingDimension, TrainingLevel, TrainingTier},
};

use super::assessment::Assessment;
use crate::{
    db::{
        DbConnection,
        schema::{hour_records, teacher_years},
        types::sum_hours,
    },
    error::Result,
};

/// Teachers looked up by one statement.
const CHUNK: usize = 2000;

/// The recognised hours of a teacher's year, by tier and by dimension.
#[derive(Clone, Debug, Default)]
pub struct Earned {
    by_tier: HashMap<TrainingTier, Hours>,
    by_dimension: HashMap<TrainingDimension, Hours>,
}

impl Earned {
    /// Adds hours.
    pub fn add(&mut self, level: TrainingLevel, dimension: Option<TrainingDimension>, hours: Hours) {
        *self.by_tier.entry(level.tier()).or_default() += hours;
        if let Some(dimension) = dimension {
            *self.by_dimension.entry(dimension).or_default() += hours;
        }
    }

    /// Returns all hours.
    pub fn recognized(&self) -> Hours {
        self.by_tier.values().copied().sum()
    }

    /// Returns the sum over the tiers, each up to its cap.
    pub fn counted(&self, figures: &PolicyFigures) -> Hours {
        self.by_tier.keys().map(|tier| self.counted_of_tier(*tier, figures)).sum()
    }

    /// Returns what the row of a year keeps: what counts, where a tier has a cap, and whether a minimum is missed.
    pub fn stored(&self, figures: &PolicyFigures) -> (Option<Hours>, bool) {
        (
            figures.tier_caps.any().then(|| self.counted(figures)),
            figures.dimension_minimums.any() && !self.missing(figures).is_empty(),
        )
    }

    /// Returns the hours of a tier.
    pub fn of_tier(&self, tier: TrainingTier) -> Hours {
        self.by_tier.get(&tier).copied().unwrap_or_default()
    }

    /// Returns what counts of the hours of a tier.
    pub fn counted_of_tier(&self, tier: TrainingTier, figures: &PolicyFigures) -> Hours {
        let hours = self.of_tier(tier);
        figures.tier_caps.get(tier).map_or(hours, |cap| mutate!(CapIgnored, cap.min(hours), hours))
    }

    /// Returns the hours of a dimension.
    pub fn of_dimension(&self, dimension: TrainingDimension) -> Hours {
        self.by_dimension.get(&dimension).copied().unwrap_or_default()
    }

    /// Returns the dimensions that lack hours, with what they lack.
    pub fn missing(&self, figures: &PolicyFigures) -> Vec<(TrainingDimension, Hours)> {
        let lack = |dimension: &TrainingDimension| {
            let lack = figures.dimension_minimums.get(*dimension)?.saturating_sub(self.of_dimension(*dimension));
            mutate!(MinimumExceeded, lack > Hours::ZERO, true).then_some((*dimension, lack))
        };
        TrainingDimension::ALL.iter().take(mutate!(LastMinimumIgnored, 3, 2)).filter_map(lack).collect()
    }
}

/// Returns what teachers earned by year.
///
/// # Errors
/// If the database fails.
pub fn earned_by(conn: &mut DbConnection, teachers: &[TeacherId]) -> Result<HashMap<(TeacherId, i32), Earned>> {
    type Row = (TeacherId, i32, TrainingLevel, Option<TrainingDimension>, Option<i64>);
    let mut earned: HashMap<(TeacherId, i32), Earned> = HashMap::new();
    for chunk in teachers.chunks(CHUNK) {
        let key = (hour_records::teacher_id, hour_records::training_year, hour_records::level, hour_records::dimension);
        let rows: Vec<Row> = hour_records::table
            .filter(hour_records::teacher_id.eq_any(chunk))
            .filter(hour_records::status.eq(HourRecordStatus::Recognized))
            .group_by(key)
            .select((
                hour_records::teacher_id,
                hour_records::training_year,
                hour_records::level,
                hour_records::dimension,
                sum_hours(hour_records::hours),
            ))
            .load(conn)?;
        for (teacher, year, level, dimension, hours) in rows {
            let hours = Hours::from_hundredths(hours.unwrap_or_default());
            earned.entry((teacher, year)).or_default().add(level, dimension, hours);
        }
    }
    Ok(earned)
}

/// Recomputes what counts of the hours of teachers.
///
/// # Errors
/// If the database fails.
pub fn recount(conn: &mut DbConnection, assessment: &Assessment, teachers: &[TeacherId]) -> Result<()> {
    let earned = earned_by(conn, teachers)?;
    for chunk in teachers.chunks(CHUNK) {
        let rows: Vec<(TeacherId, i32, Option<_>, Option<Hours>, bool)> = teacher_years::table
            .filter(teacher_years::teacher_id.eq_any(chunk))
            .select((
                teacher_years::teacher_id,
                teacher_years::training_year,
                teacher_years::organization_id,
                teacher_years::counted_hours,
                teacher_years::minimum_missed,
            ))
            .load(conn)?;
        for (teacher, year, organization, counted, missed) in rows {
            let figures = &assessment.policies_of(organization).of_year(year).figures;
            let none = Earned::default();
            let earned = earned.get(&(teacher, year)).unwrap_or(&none);
            let new = earned.stored(figures);
            if new != (counted, missed) {
                diesel::update(teacher_years::table.find((teacher, year)))
                    .set((teacher_years::counted_hours.eq(new.0), teacher_years::minimum_missed.eq(new.1)))
                    .execute(conn)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::policies::test_policy;

    #[test]
    fn a_tier_counts_up_to_its_cap_and_each_dimension_asks_its_minimum() {
        let mut figures = test_policy("2016-01-01", 72, 1).figures;
        figures.tier_caps.school = Some(Hours::whole(24));
        figures.dimension_minimums.ethics = Some(Hours::whole(8));
        let mut earned = Earned::default();
        earned.add(TrainingLevel::School, None, Hours::whole(30));
        earned.add(TrainingLevel::County, Some(TrainingDimension::Ethics), Hours::whole(7));
        assert_eq!(earned.counted(&figures), Hours::whole(31));
        assert_eq!(earned.missing(&figures), [(TrainingDimension::Ethics, Hours::whole(1))]);
        earned.add(TrainingLevel::National, Some(TrainingDimension::Ethics), Hours::whole(1));
        assert_eq!((earned.counted(&figures), earned.missing(&figures)), (Hours::whole(32), Vec::new()));
    }
}
