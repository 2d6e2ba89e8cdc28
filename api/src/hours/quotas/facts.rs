//! What the figures of one teacher are made of, as known on a day: service, exemptions, hour records and policies.

use std::{collections::BTreeMap, ops::RangeInclusive};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    ExemptionId, HourRecordId, Hours, TeacherId,
    exemptions::ExemptionKind,
    hour_records::{HourRecordHold, HourRecordStatus},
    training::{TrainingDimension, TrainingLevel, TrainingMode},
};

use super::{
    as_of::AsOf,
    assessment::{Assessment, Service},
    breakdown::Sum,
    counted::Earned,
    months::Absence,
    teacher_years::{TeacherYear, YearHours},
};
use crate::{
    db::{
        DbConnection,
        schema::{exemptions, former_recognitions, hour_records, teacher_years, year_closings},
        types::UtcTime,
    },
    error::Result,
    people::appointments::service::spells_of,
};

/// An exemption.
#[derive(Clone, Copy, Debug)]
pub struct Exemption {
    /// The exemption.
    pub id: ExemptionId,
    /// Its kind.
    pub kind: ExemptionKind,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
}

/// A recognised or pending hour record.
#[derive(Clone, Debug)]
pub struct Record {
    /// The record.
    pub id: HourRecordId,
    /// The training year.
    pub training_year: i32,
    /// The title.
    pub title: String,
    /// The last day of the training.
    pub ends_on: NaiveDate,
    /// The hours.
    pub hours: Hours,
    /// The level.
    pub level: TrainingLevel,
    /// The mode.
    pub mode: TrainingMode,
    /// The dimension.
    pub dimension: Option<TrainingDimension>,
    /// Whether it is recognised, else pending.
    pub recognized: bool,
    /// What it waits for. As of an earlier day, what it waits for now.
    pub hold: Option<HourRecordHold>,
}

impl Record {
    /// Returns the status.
    pub fn status(&self) -> HourRecordStatus {
        if self.recognized { HourRecordStatus::Recognized } else { HourRecordStatus::Pending }
    }
}

/// The facts about a teacher.
pub struct Facts {
    /// The day as of which they are known.
    pub as_of: AsOf,
    /// The policies.
    pub assessment: Assessment,
    /// The confirmed service and the exemptions.
    pub service: Service,
    /// The days on which nothing is owed; `None` without service.
    pub absence: Option<Absence>,
    /// The exemptions, by first day.
    pub exemptions: Vec<Exemption>,
    /// The recognised and the pending records of the years, by last day.
    pub records: Vec<Record>,
    /// The rows of the years. What a closed year asks, and whose it is, is sealed in its row.
    stored: BTreeMap<i32, TeacherYear>,
}

impl Facts {
    /// Returns the hours that await the end of a project, and nothing before it.
    pub fn awaiting(&self) -> Hours {
        let awaits = |record: &&Record| !record.recognized && record.hold == Some(HourRecordHold::ProjectEnd);
        self.records.iter().filter(awaits).map(|record| record.hours).sum()
    }

    /// Loads the facts about training years of a teacher.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load(conn: &mut DbConnection, teacher: TeacherId, years: RangeInclusive<i32>, as_of: AsOf) -> Result<Self> {
        let policies = as_of.policies(conn)?;
        let assessment = Assessment::by(conn, policies, as_of.today)?;
        let spells = spells_of(conn, &[teacher], as_of.basis())?.remove(&teacher).unwrap_or_default();
        let exemptions = exemptions_of(conn, teacher, &as_of)?;
        let exempt = exemptions.iter().map(|exemption| (exemption.starts_on, exemption.ends_on)).collect();
        let service = Service { spells, exempt };
        let stored: Vec<(i32, TeacherYear)> = teacher_years::table
            .filter(teacher_years::teacher_id.eq(teacher))
            .select((teacher_years::training_year, TeacherYear::as_select()))
            .load(conn)?;
        Ok(Self {
            absence: assessment.absence(&service),
            records: records_of(conn, teacher, years, &as_of)?,
            stored: stored.into_iter().collect(),
            as_of,
            assessment,
            service,
            exemptions,
        })
    }

    /// Takes from the facts at the closing of a year, if it is closed, what the year asks: service, exemptions, policies.
    /// Records stay as they are now.
    ///
    /// # Errors
    /// If the database fails.
    pub fn at_closing(self, conn: &mut DbConnection, teacher: TeacherId, year: i32) -> Result<Self> {
        if self.sealed(year).is_none() {
            return Ok(self);
        }
        // A year that came to its bureau after the closing is explained by what is known now.
        let closed_at: Option<UtcTime> = teacher_years::table
            .inner_join(year_closings::table.on(year_closings::id.nullable().eq(teacher_years::closing_id)))
            .filter(teacher_years::teacher_id.eq(teacher).and(teacher_years::training_year.eq(year)))
            .select(year_closings::closed_at)
            .first(conn)
            .optional()?;
        let Some(closed_at) = closed_at else { return Ok(self) };
        let closing = Self::load(conn, teacher, year..=year, AsOf::closing(closed_at))?;
        Ok(Self { as_of: self.as_of, records: self.records, stored: self.stored, ..closing })
    }

    /// Returns the records of a year.
    pub fn records_of(&self, year: i32) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(move |record| record.training_year == year)
    }

    /// Returns the recognised hours of a year by tier and dimension.
    pub fn earned(&self, year: i32) -> Earned {
        let mut earned = Earned::default();
        for record in self.records_of(year).filter(|record| record.recognized) {
            earned.add(record.level, record.dimension, record.hours);
        }
        earned
    }

    /// Returns the sums of a year by level, mode, dimension and status.
    pub fn sums(&self, year: i32) -> Vec<Sum> {
        let kind = |record: &Record| (record.level, record.mode, record.dimension);
        let sum = |record: &Record| (kind(record), record.status(), Some(record.hours.hundredths()));
        self.records_of(year).map(sum).collect()
    }

    /// Returns what a year asks and its hours. Nothing is asked in years beyond those that are assessed, or without
    /// service, save where there are hours; such years belong to no organization but the teacher's.
    pub fn year(&self, number: i32) -> TeacherYear {
        let sealed = self.sealed(number);
        let standing = match sealed {
            Some(year) => year.standing,
            None => self.assessment.standing(number, &self.service, self.absence.as_ref()),
        };
        let assessed = standing.serves && self.assessment.years().contains(&number);
        if !assessed && !self.stored.contains_key(&number) {
            return TeacherYear::default();
        }
        let figures = &self.assessment.policies_of(standing.organization_id).of_year(number).figures;
        let earned = self.earned(number);
        let (counted_hours, minimum_missed) = earned.stored(figures);
        let hours = YearHours {
            recognized_hours: earned.recognized(),
            pending_hours: self.records_of(number).filter(|record| !record.recognized).map(|record| record.hours).sum(),
            counted_hours,
            minimum_missed,
            closed_recognized_hours: sealed.and_then(|year| year.hours.closed_recognized_hours),
        };
        TeacherYear { standing, hours }
    }

    /// Returns the row of a year that is closed, unless the facts are those of an earlier day.
    fn sealed(&self, number: i32) -> Option<&TeacherYear> {
        let row = self.stored.get(&number).filter(|_| self.as_of.known_until.is_none())?;
        row.hours.closed(&row.standing).map(|_| row)
    }
}

fn exemptions_of(conn: &mut DbConnection, teacher: TeacherId, as_of: &AsOf) -> Result<Vec<Exemption>> {
    type Row = (ExemptionId, ExemptionKind, NaiveDate, NaiveDate, Option<UtcTime>, Option<UtcTime>);
    let rows: Vec<Row> = exemptions::table
        .filter(exemptions::teacher_id.eq(teacher))
        .order((exemptions::starts_on, exemptions::id))
        .select((
            exemptions::id,
            exemptions::kind,
            exemptions::starts_on,
            exemptions::ends_on,
            exemptions::confirmed_at,
            exemptions::retired_at,
        ))
        .load(conn)?;
    let known =
        rows.into_iter().filter(|(.., confirmed, retired)| confirmed.is_some_and(|at| as_of.knows(at, *retired)));
    Ok(known.map(|(id, kind, starts_on, ends_on, ..)| Exemption { id, kind, starts_on, ends_on }).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = hour_records)]
struct RecordRow {
    id: HourRecordId,
    training_year: i32,
    title: String,
    ends_on: NaiveDate,
    hours: Hours,
    level: TrainingLevel,
    mode: TrainingMode,
    dimension: Option<TrainingDimension>,
    status: HourRecordStatus,
    hold: Option<HourRecordHold>,
    decided_at: Option<UtcTime>,
    created_at: UtcTime,
}

impl RecordRow {
    /// Returns whether the record was recognised, else pending; `None` if it had ended or did not exist.
    fn recognized(&self, recognized_before: Option<UtcTime>, as_of: &AsOf) -> Option<bool> {
        let Some(end) = as_of.known_until else {
            return match self.status {
                HourRecordStatus::Recognized => Some(true),
                HourRecordStatus::Pending => Some(false),
                _ => None,
            };
        };
        if self.created_at > end {
            return None;
        }
        let decided_at = self.decided_at.unwrap_or(self.created_at);
        match self.status {
            HourRecordStatus::Recognized => Some(decided_at <= end),
            HourRecordStatus::Pending => Some(false),
            // Without a former recognition it was pending until then.
            HourRecordStatus::Voided => {
                (decided_at > end).then(|| recognized_before.is_some_and(|recognized_at| recognized_at <= end))
            }
            HourRecordStatus::Rejected | HourRecordStatus::Withdrawn | HourRecordStatus::Returned => {
                (decided_at > end).then_some(false)
            }
        }
    }
}

fn records_of(
    conn: &mut DbConnection,
    teacher: TeacherId,
    years: RangeInclusive<i32>,
    as_of: &AsOf,
) -> Result<Vec<Record>> {
    let rows: Vec<(RecordRow, Option<UtcTime>)> = hour_records::table
        .left_join(former_recognitions::table)
        .filter(hour_records::teacher_id.eq(teacher))
        .filter(hour_records::training_year.between(*years.start(), *years.end()))
        .order((hour_records::ends_on, hour_records::id))
        .select((RecordRow::as_select(), former_recognitions::recognized_at.nullable()))
        .load(conn)?;
    let record = |(row, recognized_before): (RecordRow, Option<UtcTime>)| {
        let recognized = row.recognized(recognized_before, as_of)?;
        Some(Record {
            recognized,
            hold: row.hold.filter(|_| !recognized),
            id: row.id,
            training_year: row.training_year,
            title: row.title,
            ends_on: row.ends_on,
            hours: row.hours,
            level: row.level,
            mode: row.mode,
            dimension: row.dimension,
        })
    };
    Ok(rows.into_iter().filter_map(record).collect())
}
