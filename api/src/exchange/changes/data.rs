//! Loads changed entities as their own resources show them to the caller, with a query or two per type.

use std::collections::{BTreeMap, HashMap};

use songjiao_types::{
    Id,
    changes::{ChangeEntity, ChangedData},
};
use uuid::Uuid;

use crate::{
    auth::CurrentUser,
    db::DbConnection,
    error::Result,
    hours::hour_records,
    lessons::{certifications, lessons},
    people::{organizations, teachers},
    training::{enrollments, projects},
};

/// The changed entities that are visible to the caller.
pub struct Loaded(HashMap<(ChangeEntity, Uuid), ChangedData>);

impl Loaded {
    /// Loads the visible ones of some entities.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load(
        conn: &mut DbConnection,
        user: &CurrentUser,
        entities: impl Iterator<Item = (ChangeEntity, Uuid)>,
    ) -> Result<Self> {
        let mut wanted: BTreeMap<ChangeEntity, Vec<Uuid>> = BTreeMap::new();
        for (entity, id) in entities {
            wanted.entry(entity).or_default().push(id);
        }
        let mut loaded = Self(HashMap::new());
        for (entity, mut ids) in wanted {
            ids.sort_unstable();
            ids.dedup();
            loaded.load_entity(conn, user, entity, &ids)?;
        }
        Ok(loaded)
    }

    /// Returns a loaded entity.
    pub fn find(&self, entity: ChangeEntity, id: Uuid) -> Option<ChangedData> {
        self.0.get(&(entity, id)).cloned()
    }

    fn load_entity(
        &mut self,
        conn: &mut DbConnection,
        user: &CurrentUser,
        entity: ChangeEntity,
        ids: &[Uuid],
    ) -> Result<()> {
        macro_rules! load {
            ($find:expr, $caller:expr, $data:path) => {{
                let views = $find(conn, $caller, ids.iter().copied().map(Id::from_uuid).collect())?;
                self.0.extend(views.into_iter().map(|view| ((entity, view.id.uuid()), $data(Box::new(view)))));
            }};
        }
        match entity {
            ChangeEntity::Organization => load!(organizations::find_all, user, ChangedData::Organization),
            ChangeEntity::Teacher => load!(teachers::find_all, user, ChangedData::Teacher),
            ChangeEntity::Project => load!(projects::find_all, user, ChangedData::Project),
            ChangeEntity::Enrollment => load!(enrollments::find_in_scope, user, ChangedData::Enrollment),
            ChangeEntity::HourRecord => load!(hour_records::find_all, user, ChangedData::HourRecord),
            ChangeEntity::Lesson => load!(lessons::find_all, user, ChangedData::Lesson),
            ChangeEntity::Certification => load!(certifications::find_all, user, ChangedData::Certification),
        }
        Ok(())
    }
}
