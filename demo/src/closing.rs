//! The closed years 年度结账, and what is recognised for the last of them afterwards 补录.

use chrono::Datelike;
use diesel::prelude::*;
use songjiao_api::{
    batch,
    db::{
        Tx,
        schema::{organizations, teacher_years},
    },
    error::Result,
    hours::hour_records::{
        entry::{Content, LedgerEntry, RecordKey, RecordSource, Training},
        ledger,
    },
};
use songjiao_types::{
    Hours, OrganizationId, TeacherId,
    hour_records::{HourRecordStatus, MANUAL_SOURCE},
    training::{TrainingLevel, TrainingMode},
};

use super::calendar::{TODAY, day};

/// How many teachers get late hours.
const LATE: i64 = 3;

/// Closes all years before the present one.
pub fn close_years(tx: &mut Tx<'_>) -> Result<()> {
    let last = TODAY.year() - 1;
    let root = root(tx)?;
    batch::close_years(tx, root, last, "启用平台前已按台账审定，未了事项日后补录")
}

/// Records late hours 补录 of the last closed year for teachers who were short of it.
pub fn record_late_hours(tx: &mut Tx<'_>) -> Result<()> {
    let year = TODAY.year() - 1;
    let root = root(tx)?;
    let short: Vec<TeacherId> = teacher_years::table
        .filter(teacher_years::training_year.eq(year).and(teacher_years::closing_id.is_not_null()))
        .filter(teacher_years::recognized_hours.between(Hours::whole(40), Hours::whole(64)))
        .order(teacher_years::teacher_id)
        .limit(LATE)
        .select(teacher_years::teacher_id)
        .load(tx.conn)?;
    let entry = |teacher_id| {
        let training = Training {
            training_year: year,
            starts_on: day(year, 12, 8),
            ends_on: day(year, 12, 8),
            hours: Hours::whole(8),
            level: TrainingLevel::County,
            mode: TrainingMode::FaceToFace,
            dimension: None,
            title: format!("{year}年送教下乡观摩研讨（补登）"),
            institution: "舒兰市教师进修学校".to_owned(),
        };
        let key = RecordKey::of(RecordSource::within(MANUAL_SOURCE, root), None);
        let entry = LedgerEntry::new(key, Content { teacher_id, training }, HourRecordStatus::Recognized);
        LedgerEntry { reason: Some("签到表年后补交，局务会同意补录".to_owned()), ..entry }
    };
    ledger::append(tx, short.into_iter().map(entry).collect()).map(drop)
}

fn root(tx: &mut Tx<'_>) -> Result<OrganizationId> {
    let top = organizations::table.filter(organizations::parent_id.is_null());
    Ok(top.select(organizations::id).first(tx.conn)?)
}
