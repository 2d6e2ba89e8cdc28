//! The first start: an installation has a root organization, a policy and an `admin`.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;
use songjiao_types::{Hours, OrganizationId, PolicyId, changes::ChangeType, organizations::OrganizationKind};
use uuid::Uuid;

use crate::{
    auth::{password, tokens},
    config::FirstStart,
    db::{
        Actor, Database, DbConnection, Tx, initials,
        schema::{organizations, policies, users},
    },
    error::Result,
    people::users::accounts,
};

/// Sets up what an empty installation lacks.
///
/// # Errors
/// In words for the person who starts the program.
pub fn first_start(db: &Database, config: &FirstStart) -> Result<(), String> {
    let empty = db
        .read_now(|conn| Ok(users::table.count().get_result::<i64>(conn)? == 0))
        .map_err(|error| error.to_string())?;
    if !empty {
        return Ok(());
    }
    let given = config.admin_password.as_ref();
    let password = given.cloned().unwrap_or_else(tokens::new_refresh_token);
    let hash = password::hash_now(&password).map_err(|error| error.to_string())?;
    let made = db.write_now(Actor::system(), |tx| {
        // Two processes may start at once on PostgreSQL: the second finds the work done.
        if users::table.count().get_result::<i64>(tx.conn)? > 0 {
            return Ok(false);
        }
        let root = ensure_root(tx, config)?;
        ensure_policy(tx)?;
        accounts::insert_admin(tx, root, "admin", &hash, given.is_none())?;
        Ok(true)
    });
    match made {
        Ok(true) if given.is_none() => announce(&password),
        Ok(_) => {}
        Err(error) => return Err(error.to_string()),
    }
    Ok(())
}

#[allow(clippy::print_stdout, reason = "the one time that the password can be read")]
fn announce(password: &str) {
    println!("First start: user admin, password {password} (shown this once; change it after signing in)");
}

/// The organization above all others, once there is one.
pub fn find_root(conn: &mut DbConnection) -> Result<Option<OrganizationId>> {
    Ok(organizations::table
        .filter(organizations::parent_id.is_null())
        .select(organizations::id)
        .first(conn)
        .optional()?)
}

fn ensure_root(tx: &mut Tx<'_>, config: &FirstStart) -> Result<OrganizationId> {
    if let Some(root) = find_root(tx.conn)? {
        return Ok(root);
    }
    let root = OrganizationId::from_uuid(Uuid::now_v7());
    let FirstStart { root_code: code, root_name: name, .. } = config;
    diesel::insert_into(organizations::table)
        .values((
            organizations::id.eq(root),
            organizations::code.eq(code),
            organizations::name.eq(name),
            organizations::kind.eq(OrganizationKind::Bureau),
            organizations::path.eq(code),
            organizations::initials.eq(initials::of(name)),
            organizations::rural.eq(false),
            organizations::base_school.eq(false),
            organizations::version.eq(1),
            organizations::created_at.eq(tx.now),
            organizations::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    tx.audit("create", "organization", root, None::<&()>, Some(&json!({ "code": code, "name": name })))?;
    tx.publish(ChangeType::OrganizationCreated, [root]);
    Ok(root)
}

/// The figures of 舒教局函〔2017〕82号: 72 a year (一-3), 360 in five years since 2016 (三-1),
/// 10 % elimination (一-2); and of the Ministry's guide: four visits of two days.
fn ensure_policy(tx: &mut Tx<'_>) -> Result<()> {
    diesel::insert_into(policies::table)
        .values((
            policies::id.eq(PolicyId::from_uuid(Uuid::now_v7())),
            policies::effective_from.eq(NaiveDate::from_ymd_opt(2016, 1, 1).unwrap_or_default()),
            policies::annual_hours.eq(Hours::whole(72)),
            policies::cycle_hours.eq(Hours::whole(360)),
            policies::cycle_years.eq(5),
            policies::cycle_first_year.eq(2016),
            policies::year_starts_month.eq(1),
            policies::absence_limit_numerator.eq(1),
            policies::absence_limit_denominator.eq(5),
            policies::elimination_percent.eq(10),
            policies::publicity_days.eq(5),
            policies::visits_per_year.eq(4),
            policies::days_per_visit.eq(2),
            policies::reviews_required.eq(2),
            policies::certificate_prefix.eq("SL"),
            policies::note.eq("舒教局函〔2017〕82号"),
            policies::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
