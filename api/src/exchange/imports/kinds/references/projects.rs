use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use songjiao_types::ProjectId;

use super::super::super::{
    cells::{self, Cells},
    columns::{Column, optional},
    faults::FieldFault,
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, schema::projects},
    error::Result,
    visibility::visible_projects,
};

/// Names looked up per statement.
pub const CHUNK: usize = 1000;

/// The column that names a project.
pub const PROJECT: Column = optional("project", "项目名称")
    .or(&["项目", "培训项目", "培训项目名称", "项目编号", "项目标题", "project_id", "project_title"])
    .hint("与平台中的项目名称完全一致；也可填平台中的项目 ID");

/// The column that tells projects with the same title apart.
pub const YEAR: Column = optional("training_year", "培训年度")
    .or(&["年度", "项目年度", "培训年份"])
    .hint("选填：有同名项目时用来区分，例如 2026");

/// A row's reference to a project: the id, or the title and, if several have it, the year.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProjectName {
    pub name: String,
    pub year: Option<i32>,
}

impl ProjectName {
    /// Reads a reference that the row must have.
    pub fn required(cells: &mut Cells<'_>) -> Option<Self> {
        let name = cells.required("project", cells::text(200));
        let year = cells.optional("training_year", cells::year);
        name.map(|name| Self { name, year })
    }

    /// Reads a reference that the row may lack.
    pub fn optional(cells: &mut Cells<'_>) -> Option<Self> {
        let name = cells.optional("project", cells::text(200));
        let year = cells.optional("training_year", cells::year);
        name.map(|name| Self { name, year })
    }
}

/// The projects that rows refer to.
#[derive(Default)]
pub struct Projects {
    /// The projects visible to the caller, with their years, by name.
    by_name: HashMap<String, Vec<(ProjectId, i32)>>,
}

impl Projects {
    /// Looks up the visible projects of new names.
    ///
    /// # Errors
    /// If the database fails.
    pub fn look_up<'a>(
        &mut self,
        conn: &mut DbConnection,
        user: &CurrentUser,
        names: impl Iterator<Item = &'a ProjectName>,
    ) -> Result<()> {
        let names = names.map(|project| project.name.as_str());
        let wanted: HashSet<&str> = names.filter(|name| !self.by_name.contains_key(*name)).collect();
        let wanted: Vec<&str> = wanted.into_iter().collect();
        for chunk in wanted.chunks(CHUNK) {
            let ids: HashMap<ProjectId, &str> =
                chunk.iter().filter_map(|name| Some((name.parse().ok()?, *name))).collect();
            let rows: Vec<(ProjectId, String, i32)> = visible_projects(user)
                .filter(projects::title.eq_any(chunk).or(projects::id.eq_any(ids.keys())))
                .select((projects::id, projects::title, projects::training_year))
                .load(conn)?;
            self.by_name.extend(chunk.iter().map(|name| ((*name).to_owned(), Vec::new())));
            for (id, title, year) in rows {
                let names = [Some(title.as_str()), ids.get(&id).copied()].into_iter().flatten();
                for name in names {
                    if let Some(found) = self.by_name.get_mut(name) {
                        found.push((id, year));
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns the project of a reference that was looked up.
    ///
    /// # Errors
    /// The fault if there is none or more than one.
    pub fn find(&self, project: &ProjectName) -> Result<ProjectId, FieldFault> {
        let named = self.by_name.get(&project.name).map_or(&[][..], Vec::as_slice);
        let of_the_year: Vec<_> = named.iter().filter(|(_, year)| project.year.is_none_or(|it| it == *year)).collect();
        match (of_the_year.as_slice(), project.year) {
            ([(id, _)], _) => Ok(*id),
            ([], Some(year)) if !named.is_empty() => {
                Err(("training_year", "unknown_project", format!("没有 {year} 年度的这一项目")))
            }
            ([], _) => Err(("project", "unknown_project", "项目不存在或您无权查看，请核对项目名称".to_owned())),
            (several, year) => {
                let mut years: Vec<String> = several.iter().map(|(_, year)| year.to_string()).collect();
                years.sort_unstable();
                let how = if year.is_some() { "请改填项目 ID" } else { "请填写培训年度或项目 ID" };
                let message = format!("有 {} 个同名项目（{} 年度），{how}", several.len(), years.join("、"));
                Err(("project", "ambiguous_project", message))
            }
        }
    }
}
