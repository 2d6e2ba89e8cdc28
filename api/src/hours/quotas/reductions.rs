//! Keeps `teacher_years.reduced_months`: it follows from when a teacher was in post and exempt,
//! and is computed anew whenever either changes.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{Hours, TeacherId};

use super::rules::{self, Span};
use crate::{
    db::{
        DbConnection, Tx, on_connection,
        schema::{exemptions, teacher_years, teachers},
    },
    error::Result,
    people::{
        effects::PeopleEffects,
        policies::{self, Policies},
    },
};

/// Teachers looked at together: one statement binds each of them.
const CHUNK: usize = 2000;

#[derive(Insertable)]
#[diesel(table_name = teacher_years, treat_none_as_default_value = false)]
struct Reduction {
    teacher_id: TeacherId,
    training_year: i32,
    reduced_months: i32,
    recognized_hours: Hours,
    pending_hours: Hours,
}

/// What a teacher's years follow from.
struct Standing {
    joined_on: NaiveDate,
    left_on: Option<NaiveDate>,
    exemptions: Vec<Span>,
    kept: HashMap<i32, i32>,
}

/// Counts the reduced months of these teachers anew.
pub fn recompute(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<()> {
    let policies = policies::all(conn)?;
    for chunk in ids.chunks(CHUNK) {
        let rows = standings(conn, chunk)?
            .into_iter()
            .flat_map(|(id, standing)| changed(&policies, id, &standing))
            .collect::<Vec<_>>();
        write(conn, &rows)?;
    }
    Ok(())
}

/// Recomputes reductions when service or policies change.
pub struct Reductions;

impl PeopleEffects for Reductions {
    fn service_changed(&self, tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()> {
        recompute(tx.conn, teachers)
    }

    fn training_years_moved(&self, tx: &mut Tx<'_>) -> Result<()> {
        let ids: Vec<TeacherId> = teachers::table.select(teachers::id).load(tx.conn)?;
        recompute(tx.conn, &ids)
    }
}

fn standings(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<HashMap<TeacherId, Standing>> {
    let mut found: HashMap<TeacherId, Standing> = teachers::table
        .filter(teachers::id.eq_any(ids))
        .select((teachers::id, teachers::joined_on, teachers::left_on))
        .load::<(TeacherId, NaiveDate, Option<NaiveDate>)>(conn)?
        .into_iter()
        .map(|(id, joined_on, left_on)| {
            (id, Standing { joined_on, left_on, exemptions: Vec::new(), kept: HashMap::new() })
        })
        .collect();
    let exempt = exemptions::table
        .filter(exemptions::teacher_id.eq_any(ids))
        .select((exemptions::teacher_id, exemptions::starts_on, exemptions::ends_on))
        .load::<(TeacherId, NaiveDate, NaiveDate)>(conn)?;
    for (id, starts_on, ends_on) in exempt {
        if let Some(standing) = found.get_mut(&id) {
            standing.exemptions.push((starts_on, ends_on));
        }
    }
    let kept = teacher_years::table
        .filter(teacher_years::teacher_id.eq_any(ids))
        .select((teacher_years::teacher_id, teacher_years::training_year, teacher_years::reduced_months))
        .load::<(TeacherId, i32, i32)>(conn)?;
    for (id, year, months) in kept {
        if let Some(standing) = found.get_mut(&id) {
            standing.kept.insert(year, months);
        }
    }
    Ok(found)
}

/// The years whose months are not as they are kept. Years of which nothing is kept and nothing is
/// reduced have no row.
fn changed(policies: &Policies, teacher_id: TeacherId, standing: &Standing) -> Vec<Reduction> {
    let mut years: BTreeSet<i32> = standing.kept.keys().copied().collect();
    years.insert(policies.year_of(standing.joined_on).year);
    years.extend(standing.left_on.map(|left| policies.year_of(left).year));
    years.extend(standing.exemptions.iter().copied().flat_map(rules::calendar_years));
    let months = |year: i32| {
        let year = policies.year(year);
        rules::reduced_months(&year, standing.joined_on, standing.left_on, &standing.exemptions)
    };
    years
        .into_iter()
        .map(|year| (year, months(year)))
        .filter(|(year, months)| standing.kept.get(year).copied().unwrap_or_default() != *months)
        .map(|(training_year, reduced_months)| Reduction {
            teacher_id,
            training_year,
            reduced_months,
            recognized_hours: Hours::ZERO,
            pending_hours: Hours::ZERO,
        })
        .collect()
}

fn write(conn: &mut DbConnection, rows: &[Reduction]) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        on_connection!(conn, connection => {
            diesel::insert_into(teacher_years::table)
                .values(chunk)
                .on_conflict((teacher_years::teacher_id, teacher_years::training_year))
                .do_update()
                .set(teacher_years::reduced_months.eq(excluded(teacher_years::reduced_months)))
                .execute(connection)?
        });
    }
    Ok(())
}
