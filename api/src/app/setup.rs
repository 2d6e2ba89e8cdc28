//! The first start: an installation gets a root organization, a policy and the user `admin`.

use diesel::prelude::*;
use songjiao_types::{auth::PASSWORD_MIN, normal};

use crate::{
    auth::{password, profile::PasswordProfile, tokens},
    config::FirstStart,
    db::{Actor, Database, schema::users},
    people::{organizations, policies, users::accounts},
};

/// Sets up an empty installation; does nothing to one that has users.
///
/// # Errors
/// A sentence for the person who starts the program.
pub fn first_start(db: &Database, config: &FirstStart, profile: PasswordProfile) -> Result<(), String> {
    let empty = db
        .read_now(|conn| Ok(users::table.count().get_result::<i64>(conn)? == 0))
        .map_err(|error| error.to_string())?;
    if !empty {
        return Ok(());
    }
    let given = config.admin_password.as_ref();
    if let Some(password) = given {
        check_first_password(password, profile)?;
    }
    let password = given.cloned().unwrap_or_else(tokens::new_refresh_token);
    let hash = password::hash_now(&password).map_err(|error| error.to_string())?;
    let set_up = db.write_now(Actor::system(), |tx| {
        // On PostgreSQL two processes may start at the same time: the second finds the work done.
        if users::table.count().get_result::<i64>(tx.conn)? > 0 {
            return Ok(false);
        }
        let root = match organizations::find_root(tx.conn)? {
            Some(root) => root,
            None => organizations::create_root(tx, &normal::code(&config.root_code), &normal::line(&config.root_name))?,
        };
        policies::create_first(tx, root)?;
        accounts::insert_admin(tx, root, "admin", &hash, given.is_none())?;
        Ok(true)
    });
    match set_up {
        Ok(true) if given.is_none() => announce(&password),
        Ok(_) => {}
        Err(error) => return Err(error.to_string()),
    }
    Ok(())
}

/// Checks the password that the operator gives `admin` as that of any other user.
fn check_first_password(password: &str, profile: PasswordProfile) -> Result<(), String> {
    let long = usize::try_from(PASSWORD_MIN).is_ok_and(|min| password.chars().count() >= min);
    if long && profile.check_strength(password, "admin", "/password").is_ok() {
        return Ok(());
    }
    Err(format!(
        "SONGJIAO_ADMIN_PASSWORD is refused: at least {PASSWORD_MIN} characters, not a common password, without the user \
         name, and under the profile djbh of three kinds of characters"
    ))
}

#[allow(clippy::print_stdout, reason = "nothing else ever shows the password")]
fn announce(password: &str) {
    println!("First start: user admin, password {password} (shown this once; change it after signing in)");
}
