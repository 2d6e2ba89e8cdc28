use crate::{
    config::DataConfig,
    db::{Database, Effects, clock::Clock},
    hours::quotas::reductions::Reductions,
    people::effects::PeopleEffects,
};

/// Opens the database, with the effects that areas have on each other. Nothing else opens one.
///
/// # Errors
/// A sentence for the person who starts the program.
pub fn open(config: &DataConfig, clock: Clock) -> Result<Database, String> {
    let effects = Effects::default().with::<dyn PeopleEffects>(Box::new(Reductions));
    Database::connect(&config.url()?, config.connections, clock, effects)
}
