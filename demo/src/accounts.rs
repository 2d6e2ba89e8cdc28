//! The accounts of the demonstration: one for each role, and a second reviewer.

use std::fmt;

use diesel::prelude::*;
use songjiao_api::{
    batch::users::NewUser,
    db::{
        DbConnection,
        schema::{organizations, users},
    },
    error::{ApiError, Result},
};
use songjiao_types::{Role, UserId, WireEnum};

use super::{
    calendar::{day, nine},
    county::County,
    people::Person,
    random::Chance,
};

/// The password of every account, and of `admin` unless another one is given.
pub const PASSWORD: &str = "songjiao-demo-2026";

/// The ids of the users, known before anything refers to them.
pub struct Accounts {
    pub admin: UserId,
    pub training: UserId,
    pub colleague: UserId,
    pub leader: UserId,
    pub member: UserId,
    pub district: UserId,
    pub school: UserId,
    pub teacher: UserId,
    pub auditor: UserId,
}

impl Accounts {
    pub fn new(chance: &mut Chance, admin: UserId) -> Self {
        let mut id = || chance.id(day(2024, 1, 2));
        Self {
            admin,
            training: id(),
            colleague: id(),
            leader: id(),
            member: id(),
            district: id(),
            school: id(),
            teacher: id(),
            auditor: id(),
        }
    }

    /// Returns the rows of the users: the staff, two teachers of the team, and the star teacher.
    ///
    /// # Errors
    /// If the team has fewer than two members.
    pub fn rows(
        &self,
        county: &County,
        people: &[Person],
        team: &[usize],
        star: usize,
        password_hash: &str,
    ) -> Result<Vec<NewUser>> {
        let [leader, member, ..] = *team else { return Err(ApiError::internal("the project to show has no team")) };
        let since = nine(day(2024, 1, 2));
        let user = |id, username: &str, role, name: &str, organization, scope| NewUser {
            id,
            scope_organization_id: scope,
            ..NewUser::new(username, name, password_hash, role, organization, since)
        };
        let teacher = |id, username, role, at: usize| {
            let (person, school) = (&people[at], county.schools[people[at].school].id);
            NewUser { teacher_id: Some(person.id), ..user(id, username, role, &person.name, school, school) }
        };
        let (training_school, root) = (county.training_school, county.root);
        let school = &county.schools[people[star].school];
        let district = county.districts[school.district];
        Ok(vec![
            user(self.training, "training", Role::TrainingSchoolAdmin, "培训处周老师", training_school, root),
            user(self.colleague, "training2", Role::TrainingSchoolAdmin, "教研部林老师", training_school, root),
            teacher(self.leader, "leader", Role::TeamLeader, leader),
            teacher(self.member, "member", Role::TeamMember, member),
            user(self.district, "district", Role::DistrictCoordinator, "学区何主任", district, district),
            user(self.school, "school", Role::SchoolAdmin, "教务处孙主任", school.id, school.id),
            teacher(self.teacher, "teacher", Role::Teacher, star),
            user(self.auditor, "auditor", Role::Auditor, "督导室郭督学", root, root),
        ])
    }
}

/// An account as shown on the terminal.
pub struct Account {
    username: String,
    role: Role,
    name: String,
    organization: String,
    /// Whether the password is still the demonstration's.
    demo_password: bool,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { username, role, name, organization, .. } = self;
        let password = if self.demo_password { PASSWORD } else { "(as you set it)" };
        write!(f, "{username:<10} {password:<20} {}（{name}，{organization}）", role.label())
    }
}

/// Reads the accounts of a loaded demonstration.
///
/// # Errors
/// If the database fails.
pub fn read(conn: &mut DbConnection) -> Result<Vec<Account>> {
    const NAMES: [&str; 9] =
        ["admin", "training", "training2", "leader", "member", "district", "school", "teacher", "auditor"];
    let mut rows: Vec<(String, Role, String, String, String)> = users::table
        .inner_join(organizations::table.on(organizations::id.eq(users::organization_id)))
        .filter(users::username.eq_any(NAMES))
        .select((users::username, users::role, users::name, users::password_hash, organizations::name))
        .load(conn)?;
    rows.sort_by_key(|(username, ..)| NAMES.iter().position(|name| name == username));
    // All were given the same hash: one that differs has been changed since.
    let shared = rows.iter().find(|(username, ..)| username == "auditor").map(|row| row.3.clone());
    let account = |(username, role, name, hash, organization)| Account {
        username,
        role,
        name,
        organization,
        demo_password: Some(hash) == shared,
    };
    Ok(rows.into_iter().map(account).collect())
}
