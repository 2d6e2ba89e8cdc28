//! What changed, as its own resource shows it to the caller, a query or two for each kind of thing.

use std::collections::{BTreeMap, HashMap};

use songjiao_types::{
    Id,
    changes::{ChangeEntity, ChangedData},
};
use uuid::Uuid;

use super::store::Numbered;
use crate::{
    auth::CurrentUser,
    db::DbConnection,
    error::Result,
    hours::hour_records,
    lessons::{certifications, lessons},
    people::{organizations, teachers},
    training::{enrollments, projects},
};

/// What the caller sees of what changed.
pub struct Loaded(HashMap<(ChangeEntity, Uuid), ChangedData>);

impl Loaded {
    pub fn load(conn: &mut DbConnection, user: &CurrentUser, changes: &[Numbered]) -> Result<Self> {
        let mut wanted: BTreeMap<ChangeEntity, Vec<Uuid>> = BTreeMap::new();
        for change in changes.iter().filter(|change| change.path.is_none()) {
            wanted.entry(change.kind.entity()).or_default().push(change.id);
        }
        let mut loaded = Self(HashMap::with_capacity(changes.len()));
        for (entity, mut ids) in wanted {
            ids.sort_unstable();
            ids.dedup();
            loaded.load_entity(conn, user, entity, &ids)?;
        }
        Ok(loaded)
    }

    /// What has an id, if the caller sees it.
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
        match entity {
            ChangeEntity::Organization => {
                let views = organizations::find_all(conn, &user.scope, typed(ids))?;
                self.take(entity, views, |view| view.id.uuid(), ChangedData::Organization);
            }
            ChangeEntity::Teacher => {
                let views = teachers::find_all(conn, user, typed(ids))?;
                self.take(entity, views, |view| view.id.uuid(), ChangedData::Teacher);
            }
            ChangeEntity::Project => {
                let views = projects::find_all(conn, user, typed(ids))?;
                self.take(entity, views, |view| view.id.uuid(), ChangedData::Project);
            }
            ChangeEntity::Enrollment => {
                let views = enrollments::find_in_scope(conn, user, typed(ids))?;
                self.take(entity, views, |view| view.id.uuid(), ChangedData::Enrollment);
            }
            ChangeEntity::HourRecord => {
                let views = hour_records::find_all(conn, user, typed(ids))?;
                self.take(entity, views, |view| view.id.uuid(), ChangedData::HourRecord);
            }
            ChangeEntity::Lesson => {
                let views = lessons::find_all(conn, user, typed(ids))?;
                self.take(entity, views, |view| view.id.uuid(), ChangedData::Lesson);
            }
            ChangeEntity::Certification => {
                let views = certifications::find_all(conn, user, typed(ids))?;
                self.take(entity, views, |view| view.id.uuid(), ChangedData::Certification);
            }
        }
        Ok(())
    }

    fn take<T>(
        &mut self,
        entity: ChangeEntity,
        views: Vec<T>,
        id: impl Fn(&T) -> Uuid,
        data: fn(Box<T>) -> ChangedData,
    ) {
        self.0.extend(views.into_iter().map(|view| ((entity, id(&view)), data(Box::new(view)))));
    }
}

fn typed<T>(ids: &[Uuid]) -> Vec<Id<T>> {
    ids.iter().copied().map(Id::from_uuid).collect()
}
