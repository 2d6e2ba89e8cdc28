use chrono::NaiveDate;
use diesel::prelude::*;

use crate::{
    db::{DbConnection, schema::policies},
    error::Result,
};

pub struct Policy {
    pub reviews_required: i32,
    pub certificate_prefix: String,
}

pub fn in_force(conn: &mut DbConnection, on: NaiveDate) -> Result<Policy> {
    let (reviews_required, certificate_prefix) = policies::table
        .filter(policies::effective_from.le(on))
        .order(policies::effective_from.desc())
        .select((policies::reviews_required, policies::certificate_prefix))
        .first(conn)?;
    Ok(Policy { reviews_required, certificate_prefix })
}
