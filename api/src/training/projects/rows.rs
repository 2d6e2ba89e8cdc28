//! The rows of projects, as they are read, written and changed.

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    Hours, OrganizationId, PhaseId, ProjectId, TeamId,
    phases::{PhaseKind, PhaseStatus, Responsible},
    projects::{ProjectKind, ProjectStatus},
    training::{Stage, TrainingLevel, TrainingMode},
};

use crate::db::{
    schema::{phases, projects},
    types::UtcTime,
};

/// A project's row.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = projects)]
pub struct Project {
    pub id: ProjectId,
    pub title: String,
    pub kind: ProjectKind,
    pub training_year: i32,
    pub level: TrainingLevel,
    pub mode: TrainingMode,
    pub subject: Option<String>,
    pub stage: Option<Stage>,
    pub theme: Option<String>,
    pub school_theme: Option<String>,
    pub research_topic: Option<String>,
    pub conditions: Option<String>,
    pub requires_rural: bool,
    pub look_back_years: i32,
    pub planned_hours: Hours,
    pub capacity: i32,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub owner_organization_id: OrganizationId,
    pub host_organization_id: Option<OrganizationId>,
    pub team_id: Option<TeamId>,
    pub status: ProjectStatus,
    pub status_reason: Option<String>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

#[derive(Insertable)]
#[diesel(table_name = projects)]
pub struct NewProject<'a> {
    pub id: ProjectId,
    pub title: &'a str,
    pub kind: ProjectKind,
    pub training_year: i32,
    pub level: TrainingLevel,
    pub mode: TrainingMode,
    pub subject: Option<&'a str>,
    pub stage: Option<Stage>,
    pub theme: Option<&'a str>,
    pub school_theme: Option<&'a str>,
    pub research_topic: Option<&'a str>,
    pub conditions: Option<&'a str>,
    pub requires_rural: bool,
    pub look_back_years: i32,
    pub planned_hours: Hours,
    pub capacity: i32,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub owner_organization_id: OrganizationId,
    pub host_organization_id: Option<OrganizationId>,
    pub team_id: Option<TeamId>,
    pub status: ProjectStatus,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
    pub initials: String,
}

#[derive(AsChangeset)]
#[diesel(table_name = projects)]
pub struct ProjectChanges<'a> {
    pub title: Option<&'a str>,
    pub training_year: Option<i32>,
    pub level: Option<TrainingLevel>,
    pub mode: Option<TrainingMode>,
    pub subject: Option<Option<&'a str>>,
    pub stage: Option<Option<Stage>>,
    pub theme: Option<Option<&'a str>>,
    pub school_theme: Option<Option<&'a str>>,
    pub research_topic: Option<Option<&'a str>>,
    pub conditions: Option<Option<&'a str>>,
    pub requires_rural: Option<bool>,
    pub look_back_years: Option<i32>,
    pub planned_hours: Option<Hours>,
    pub capacity: Option<i32>,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub host_organization_id: Option<Option<OrganizationId>>,
    pub team_id: Option<Option<TeamId>>,
    pub version: i32,
    pub updated_at: UtcTime,
    pub initials: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = phases, treat_none_as_default_value = false)]
pub struct NewPhase {
    pub id: PhaseId,
    pub project_id: ProjectId,
    pub kind: PhaseKind,
    pub position: i32,
    pub status: PhaseStatus,
    pub planned_hours: Hours,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub responsible: Responsible,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// Text that says something, without the blanks around it.
pub fn text(given: Option<&String>) -> Option<&str> {
    given.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// As [`text`], of a field of an update.
pub fn text_patch(given: Option<&Option<String>>) -> Option<Option<&str>> {
    given.map(|text_or_null| text(text_or_null.as_ref()))
}
