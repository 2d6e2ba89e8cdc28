//! Switches deliberate faults of the rules on, one after another, and searches seeds that find them.

use songjiao_api::people::mutations::Mutation;

use crate::seeds;

/// The seeds within which each mutation must be found.
const SEEDS: u64 = 200;

/// Prints the seed that found each mutation.
pub fn run() {
    let only = std::env::var("SONGJIAO_MODEL_MUTATION").ok();
    let mut missed = Vec::new();
    for mutation in Mutation::ALL {
        let name = format!("{mutation:?}");
        if only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        Mutation::switch(Some(*mutation));
        let outcomes = seeds::outcomes(&(0..SEEDS).collect::<Vec<_>>(), true);
        let found = outcomes
            .into_iter()
            .find_map(|(seed, outcome)| Some((seed, outcome.err().filter(|text| text != seeds::NO_ANSWER)?)));
        match found {
            Some((seed, difference)) => {
                println!("{name:24} {seed:>4}  {}", difference.chars().take(150).collect::<String>());
            }
            None => {
                println!("{name:24}    -  not found in {SEEDS} seeds");
                missed.push(name);
            }
        }
        Mutation::switch(None);
    }
    assert!(missed.is_empty(), "not found: {}", missed.join(", "));
}
