//! What is still open in training years.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{
    DuplicateGroupId, WireEnum,
    duplicate_groups::DuplicateGroupStatus,
    hour_records::{HourRecordHold, HourRecordStatus},
    projects::ProjectStatus,
    years::{OpenMatters, YearMatterKind as Kind},
};

use super::part::Bureau;
use crate::{
    db::{
        DbConnection,
        schema::{
            appointments, duplicate_group_members, duplicate_groups, exemptions, hour_records, projects, teachers,
        },
    },
    error::Result,
    people::policies::TrainingYear,
};

/// Returns the kind of records that wait for something.
fn kind_of(hold: HourRecordHold) -> Kind {
    match hold {
        HourRecordHold::ServiceUnconfirmed => Kind::HoursServiceUnconfirmed,
        HourRecordHold::Own => Kind::HoursOwn,
        HourRecordHold::Suspected => Kind::Suspected,
        HourRecordHold::Flagged => Kind::HoursFlagged,
        HourRecordHold::ProjectEnd => Kind::HoursProjectEnd,
        HourRecordHold::Decision => Kind::HoursDecision,
    }
}

/// The path and query of the list that shows the open matters of a kind.
fn list(bureau: &Bureau, year: i32, kind: Kind) -> String {
    let organization = bureau.organization.id;
    let holding = |hold: HourRecordHold| {
        let records = format!("/hour-records?organization_id={organization}&training_year={year}&status=pending");
        format!("{records}&hold={}", hold.as_str())
    };
    match kind {
        Kind::HoursDecision => holding(HourRecordHold::Decision),
        Kind::HoursServiceUnconfirmed => holding(HourRecordHold::ServiceUnconfirmed),
        Kind::HoursOwn => holding(HourRecordHold::Own),
        Kind::Suspected => {
            format!("/duplicate-groups?organization_id={organization}&training_year={year}&status=open")
        }
        Kind::HoursFlagged => holding(HourRecordHold::Flagged),
        Kind::HoursProjectEnd => holding(HourRecordHold::ProjectEnd),
        Kind::Projects => format!("/projects?owner_organization_id={organization}&training_year={year}"),
        Kind::Appointments => format!("/appointments?organization_id={organization}&confirmed=false"),
        Kind::Exemptions => format!("/exemptions?organization_id={organization}&confirmed=false"),
    }
}

/// Returns what is open in each of the given years, by year. Records count where they were earned, as in their list.
///
/// # Errors
/// If the database fails.
pub fn open_matters(
    conn: &mut DbConnection,
    bureau: &Bureau,
    years: &[TrainingYear],
) -> Result<BTreeMap<i32, Vec<OpenMatters>>> {
    let part = bureau.organization_ids();
    let numbers: Vec<i32> = years.iter().map(|year| year.year).collect();
    let mut counts: BTreeMap<(i32, Kind), i64> = BTreeMap::new();
    let held: Vec<(i32, Option<HourRecordHold>, i64)> = hour_records::table
        .filter(hour_records::status.eq(HourRecordStatus::Pending))
        .filter(hour_records::training_year.eq_any(&numbers).and(hour_records::organization_id.eq_any(&part)))
        .group_by((hour_records::training_year, hour_records::hold))
        .select((hour_records::training_year, hour_records::hold, count_star()))
        .load(conn)?;
    // What is suspected is counted by groups.
    for (year, hold, count) in held.into_iter().filter(|(_, hold, _)| *hold != Some(HourRecordHold::Suspected)) {
        *counts.entry((year, hold.map_or(Kind::HoursDecision, kind_of))).or_default() += count;
    }
    let groups: Vec<(i32, DuplicateGroupId)> = duplicate_group_members::table
        .inner_join(duplicate_groups::table)
        .inner_join(hour_records::table)
        .filter(duplicate_groups::status.eq(DuplicateGroupStatus::Open))
        .filter(hour_records::training_year.eq_any(&numbers).and(hour_records::organization_id.eq_any(&part)))
        .select((hour_records::training_year, duplicate_groups::id))
        .distinct()
        .load(conn)?;
    for (year, _) in groups {
        *counts.entry((year, Kind::Suspected)).or_default() += 1;
    }
    let ended = [ProjectStatus::Completed, ProjectStatus::Archived, ProjectStatus::Cancelled];
    let unfinished: Vec<(i32, i64)> = projects::table
        .filter(projects::training_year.eq_any(&numbers).and(projects::owner_organization_id.eq_any(&part)))
        .filter(projects::status.ne_all(ended).and(projects::settled_at.is_null()))
        .group_by(projects::training_year)
        .select((projects::training_year, count_star()))
        .load(conn)?;
    counts.extend(unfinished.into_iter().map(|(year, count)| ((year, Kind::Projects), count)));
    let reported: Vec<(NaiveDate, Option<NaiveDate>)> = appointments::table
        .filter(appointments::retired_at.is_null().and(appointments::confirmed_at.is_null()))
        .filter(appointments::organization_id.eq_any(&part))
        .select((appointments::starts_on, appointments::ends_on))
        .load(conn)?;
    let filed: Vec<(NaiveDate, Option<NaiveDate>)> = exemptions::table
        .inner_join(teachers::table)
        .filter(exemptions::retired_at.is_null().and(exemptions::confirmed_at.is_null()))
        .filter(teachers::organization_id.eq_any(&part))
        .select((exemptions::starts_on, exemptions::ends_on.nullable()))
        .load(conn)?;
    for (kind, waiting) in [(Kind::Appointments, reported), (Kind::Exemptions, filed)] {
        for year in years {
            let touches = |(first, last): &&(NaiveDate, Option<NaiveDate>)| {
                *first <= year.last_day && last.is_none_or(|last| last >= year.first_day)
            };
            let count = waiting.iter().filter(touches).count();
            counts.insert((year.year, kind), i64::try_from(count).unwrap_or(i64::MAX));
        }
    }
    let mut matters: BTreeMap<i32, Vec<OpenMatters>> = BTreeMap::new();
    for ((year, kind), count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        let list = list(bureau, year, kind);
        matters.entry(year).or_default().push(OpenMatters { kind, count, list });
    }
    Ok(matters)
}
