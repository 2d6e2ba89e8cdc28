//! Lets hour records follow corrections of service: where they count, what they wait for, and whether they stand.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    ErrorCode, FieldError, HourRecordId, Hours, OrganizationId, TeacherId, WireEnum,
    changes::ChangeType,
    hour_records::{HoldSet, HourRecordHold, HourRecordStatus},
};

use super::{
    holds, not_over,
    rules::{self, Coverage},
    supersede,
};
use crate::{
    db::{DbConnection, Tx, schema::hour_records},
    error::{ApiError, Result},
    hours::quotas::closed_years::ClosedYears,
    people::{
        effects::{ServiceChange, ServiceRecords},
        policies,
    },
};

/// Teachers or records in one statement.
const CHUNK: usize = 2000;
/// Records that an error names.
const NAMED: usize = 100;

/// Moves, holds and voids hour records when service changes.
pub struct RecordsOfService;

impl ServiceRecords for RecordsOfService {
    fn follow_service(&self, tx: &mut Tx<'_>, changes: &[ServiceChange], void_for: Option<&str>) -> Result<()> {
        let consequences = Consequences::of(tx.conn, changes)?;
        if !consequences.frozen.is_empty() {
            return Err(year_closed(&consequences.frozen));
        }
        if !consequences.uncovered.is_empty() {
            let reason = void_for.ok_or_else(|| refusal(&consequences.uncovered))?;
            let ended: Vec<_> = consequences.uncovered.iter().map(|record| (record.id, record.status)).collect();
            supersede::end(tx, &ended, reason)?;
        }
        consequences.apply(tx)
    }

    fn day_begun(&self, tx: &mut Tx<'_>) -> Result<()> {
        not_over::lift(tx)
    }
}

/// A record as far as service decides about it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = hour_records)]
pub struct RecordOfService {
    pub id: HourRecordId,
    pub teacher_id: TeacherId,
    organization_id: OrganizationId,
    training_year: i32,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    hours: Hours,
    title: String,
    status: HourRecordStatus,
    holds: HoldSet,
}

/// What changes of service entail for hour records.
#[derive(Default)]
pub struct Consequences {
    /// Live records that are left without service.
    pub uncovered: Vec<RecordOfService>,
    /// Live records of closed years that are left without service.
    pub frozen: Vec<RecordOfService>,
    moved: BTreeMap<OrganizationId, Vec<HourRecordId>>,
    /// Pending records whose service is only reported now.
    unconfirmed: Vec<HourRecordId>,
    /// Pending records whose service is confirmed now.
    confirmed: Vec<HourRecordId>,
}

impl Consequences {
    /// Finds the records that changes concern.
    ///
    /// # Errors
    /// If the database fails.
    pub fn of(conn: &mut DbConnection, changes: &[ServiceChange]) -> Result<Self> {
        let mut found = Self::default();
        let by_teacher: BTreeMap<TeacherId, &ServiceChange> =
            changes.iter().map(|change| (change.teacher_id, change)).collect();
        let policies = policies::all(conn)?;
        let closed_years = ClosedYears::load(conn)?;
        let ids: Vec<TeacherId> = by_teacher.keys().copied().collect();
        for chunk in ids.chunks(CHUNK) {
            let records: Vec<RecordOfService> = hour_records::table
                .filter(hour_records::teacher_id.eq_any(chunk))
                .order(hour_records::id)
                .select(RecordOfService::as_select())
                .load(conn)?;
            let years = records.iter().map(|record| (record.teacher_id, record.training_year));
            let closed = closed_years.of_teachers(conn, years)?;
            for record in records {
                if let Some(change) = by_teacher.get(&record.teacher_id) {
                    let closed = closed.contains(&(record.teacher_id, record.training_year));
                    found.add(record, change, &policies, closed);
                }
            }
        }
        Ok(found)
    }

    /// Adds a record. Where one of a closed year counts is frozen.
    fn add(
        &mut self,
        record: RecordOfService,
        change: &ServiceChange,
        policies: &policies::Policies,
        in_closed_year: bool,
    ) {
        let year_begins = policies.root().year(record.training_year).first_day;
        let coverage = |service| rules::coverage(service, year_begins, (record.starts_on, record.ends_on));
        let (before, after) = (coverage(&change.before), coverage(&change.after));
        if let Some(organization) = change.after.organization_on(record.ends_on)
            && mutate!(PlaceStays, organization != record.organization_id, false)
            && !in_closed_year
        {
            self.moved.entry(organization).or_default().push(record.id);
        }
        // Recognised hours rest on confirmed service alone.
        let suffices = |coverage| match record.status {
            HourRecordStatus::Recognized => matches!(coverage, Some(Coverage::Confirmed | Coverage::Ahead)),
            _ => coverage.is_some(),
        };
        if mutate!(KeptWithoutService, record.status.is_live(), false) && suffices(before) && !suffices(after) {
            if in_closed_year { &mut self.frozen } else { &mut self.uncovered }.push(record);
        } else if let (HourRecordStatus::Pending, Some(coverage)) = (record.status, after) {
            let waits = coverage.is_unconfirmed();
            let waited = record.holds.contains(HourRecordHold::ServiceUnconfirmed);
            if mutate!(HoldStays, waits != waited, false) {
                if waits { &mut self.unconfirmed } else { &mut self.confirmed }.push(record.id);
            }
        }
    }

    /// Writes where records count and what they wait for.
    fn apply(self, tx: &mut Tx<'_>) -> Result<()> {
        let mut changed = Vec::new();
        for (organization, ids) in self.moved {
            for chunk in ids.chunks(CHUNK) {
                diesel::update(hour_records::table.filter(hour_records::id.eq_any(chunk)))
                    .set(hour_records::organization_id.eq(organization))
                    .execute(tx.conn)?;
            }
            changed.extend(ids);
        }
        let published: BTreeSet<_> = self.unconfirmed.iter().chain(&self.confirmed).copied().collect();
        tx.publish(ChangeType::HourRecordUpdated, changed.into_iter().filter(|id| !published.contains(id)));
        holds::raise(tx, HourRecordHold::ServiceUnconfirmed, &self.unconfirmed)?;
        holds::lift(tx, HourRecordHold::ServiceUnconfirmed, &self.confirmed)
    }
}

/// Returns the error that names the records that would be left without service.
fn refusal(records: &[RecordOfService]) -> ApiError {
    let detail = format!("{} 条学时记录将不在任职期间；确需变更时，可填写原因并作废这些记录", records.len());
    naming(ErrorCode::RecordsWithoutService, detail, records)
}

/// Returns the error that names the records of closed years that would be left without service.
fn year_closed(records: &[RecordOfService]) -> ApiError {
    let detail = format!("{} 条已结账年度的学时记录将不在任职期间；须先由教育局重新打开该年度", records.len());
    naming(ErrorCode::YearClosed, detail, records)
}

fn naming(code: ErrorCode, detail: String, records: &[RecordOfService]) -> ApiError {
    let fault = |record: &RecordOfService| {
        let RecordOfService { id, training_year, starts_on, ends_on, hours, title, .. } = record;
        let message = format!("{training_year} 年度《{title}》{hours} 学时（{starts_on} 至 {ends_on}）");
        FieldError::new(format!("/hour-records/{id}"), code.as_str(), message)
    };
    ApiError::new(code).detail(detail).errors(records.iter().take(NAMED).map(fault).collect())
}
