use super::data_folder::restrict_database;
use crate::{
    config::DataConfig,
    db::{Database, Effects, LedgerTexts, NewDay, clock::Clock},
    hours::{
        effects::ProjectAccess,
        hour_records::{LedgerSpelling, service::RecordsOfService},
        quotas::standing::Standings,
    },
    people::{
        appointments::rollover::ServiceDays,
        effects::{Participation, PeopleEffects, ServiceRecords},
    },
    training::{completions::ParticipationInProjects, projects::access::ProjectGrants},
};

/// Opens the database, with the effects that areas have on each other. Nothing else opens one.
///
/// # Errors
/// A sentence for the person who starts the program.
pub fn open(config: &DataConfig, clock: Clock) -> Result<Database, String> {
    let url = config.url()?;
    restrict_database(&url);
    let effects = Effects::default()
        .with::<dyn NewDay>(Box::new(ServiceDays))
        .with::<dyn PeopleEffects>(Box::new(Standings))
        .with::<dyn ServiceRecords>(Box::new(RecordsOfService))
        .with::<dyn Participation>(Box::new(ParticipationInProjects))
        .with::<dyn ProjectAccess>(Box::new(ProjectGrants))
        .with::<dyn LedgerTexts>(Box::new(LedgerSpelling));
    Database::connect(&url, config.connections, clock, effects)
}

/// Opens the database for a command that ends soon. It uses one connection: a larger pool would still
/// be connecting in the background while the process exits.
///
/// # Errors
/// As [`open`].
pub fn open_for_command(config: &DataConfig, clock: Clock) -> Result<Database, String> {
    open(&DataConfig { connections: 1, ..config.clone() }, clock)
}
