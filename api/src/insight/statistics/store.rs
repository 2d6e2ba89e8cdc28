use std::collections::HashMap;

use songjiao_types::{
    HourDifference, Hours, OrganizationId, Page, WireEnum,
    organizations::OrganizationRef,
    statistics::{
        CompletionBy, CompletionItem, CompletionQuery, CompletionView, CompositionBy, CompositionItem,
        CompositionQuery, CompositionView, CycleMapCell, CycleMapQuery, CycleMapRow, CycleMapView, CycleTrend,
        TrendQuery, TrendView, YearTrend,
    },
    training::Stage,
};

use super::rules;
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::DbConnection,
    error::Result,
    hours::{
        credits,
        quotas::{
            self, Earned, breakdown,
            rules::rate,
            tallies::{self, MapTally, NamedTally, Sums},
        },
    },
    http::listing::PageRequest,
    people::{
        organizations,
        policies::{self, TrainingYear},
    },
    visibility::requested_scope,
};

/// The maximum number of groups in a response.
pub const MAX_GROUPS: i64 = Page::<()>::MAX_LIMIT;

/// A group with its name and figures.
struct Group {
    key: String,
    label: String,
    organization_id: Option<OrganizationId>,
    sums: Sums,
}

impl Group {
    fn of(organization: &OrganizationRef, sums: Sums) -> Self {
        let id = organization.id;
        Self { key: id.to_string(), label: organization.name.clone(), organization_id: Some(id), sums }
    }

    fn named(tally: NamedTally) -> Self {
        Self { label: tally.name.clone(), key: tally.name, organization_id: None, sums: tally.sums }
    }
}

impl From<Group> for CompletionItem {
    fn from(Group { key, label, organization_id, sums }: Group) -> Self {
        Self {
            key,
            label,
            organization_id,
            teachers: sums.teachers,
            met: sums.met,
            short: sums.short(),
            exempt: sums.exempt,
            rate: sums.rate(),
            required_hours: Hours::from_hundredths(sums.required),
            recognized_hours: Hours::from_hundredths(sums.recognized),
            late_hours: sums.late_hours(),
        }
    }
}

/// Computes how the quota of a year is met by group, the lowest rate first.
///
/// # Errors
/// 422 at `organization_id` or `training_year`.
pub fn completion(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &CompletionQuery,
    limit: i64,
) -> Result<CompletionView> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let year = quotas::requested_year(conn, query.training_year, &scope.root, user.today())?;
    let by = query.by.unwrap_or(CompletionBy::Organization);
    let mut groups: Vec<Group> = match by {
        CompletionBy::District => by_place(conn, user, &scope, &year, true)?,
        CompletionBy::Organization => by_place(conn, user, &scope, &year, false)?,
        CompletionBy::Subject => {
            tallies::by_subject(conn, user, &scope, &year)?.into_iter().map(Group::named).collect()
        }
        CompletionBy::Stage => {
            let labelled = |tally: NamedTally| {
                let label = Stage::from_identifier(&tally.name).map(Stage::label);
                let group = Group::named(tally);
                Group { label: label.map_or(group.label, str::to_owned), ..group }
            };
            tallies::by_stage(conn, user, &scope, &year)?.into_iter().map(labelled).collect()
        }
    };
    groups.sort_by(|a, b| rules::lowest_first(&a.sums, &b.sums).then_with(|| a.label.cmp(&b.label)));
    let total = i64::try_from(groups.len()).unwrap_or(i64::MAX);
    groups.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(CompletionView {
        organization: organizations::root_of(conn, &scope)?,
        training_year: year.year,
        by,
        items: groups.into_iter().map(CompletionItem::from).collect(),
        total,
    })
}

/// Returns the figures of each organization, or of each district with everything below it.
fn by_place(
    conn: &mut DbConnection,
    user: &CurrentUser,
    scope: &Scope,
    year: &TrainingYear,
    in_districts: bool,
) -> Result<Vec<Group>> {
    let tree = organizations::tree(conn, scope)?;
    let districts = if in_districts { rules::districts(&tree) } else { HashMap::new() };
    let groups: HashMap<OrganizationId, &OrganizationRef> =
        tree.iter().map(|(path, place)| (place.id, districts.get(path.as_str()).copied().unwrap_or(place))).collect();
    let mut sums: HashMap<OrganizationId, (&OrganizationRef, Sums)> = HashMap::new();
    for tally in quotas::by_organization(conn, user, scope, year)? {
        if let Some(place) = groups.get(&tally.organization_id) {
            sums.entry(place.id).or_insert_with(|| (place, Sums::default())).1 += tally.sums;
        }
    }
    Ok(sums.into_values().map(|(place, sums)| Group::of(place, sums)).collect())
}

/// Key and label of the hours that state no dimension.
const NO_DIMENSION: (&str, &str) = ("none", "未注明");

/// Key, label, recognised, pending and late hours.
type Part<'a> = (&'a str, &'a str, Hours, Hours, Option<HourDifference>);

/// Computes what a year's hours consist of by tier, mode or dimension.
///
/// # Errors
/// 422 at `organization_id` or `training_year`.
pub fn composition(conn: &mut DbConnection, user: &CurrentUser, query: &CompositionQuery) -> Result<CompositionView> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let year = quotas::requested_year(conn, query.training_year, &scope.root, user.today())?;
    let by = query.by.unwrap_or(CompositionBy::Tier);
    let Earned { sums, late } = quotas::earned(conn, user, &scope, year.year)?;
    let parts: Vec<Part<'_>> = match by {
        CompositionBy::Tier => breakdown::by_tier(&sums)
            .into_iter()
            .map(|part| {
                let late = breakdown::late(&late, |(level, ..)| level.tier() == part.tier);
                (part.tier.as_str(), part.tier.label(), part.recognized_hours, part.pending_hours, late)
            })
            .collect(),
        CompositionBy::Mode => breakdown::by_mode(&sums)
            .into_iter()
            .map(|part| {
                let late = breakdown::late(&late, |(_, mode, _)| mode == part.mode);
                (part.mode.as_str(), part.mode.label(), part.recognized_hours, part.pending_hours, late)
            })
            .collect(),
        CompositionBy::Dimension => breakdown::by_dimension(&sums)
            .into_iter()
            .map(|part| {
                let late = breakdown::late(&late, |(.., dimension)| dimension == part.dimension);
                let (key, label) = part.dimension.map_or(NO_DIMENSION, |of| (of.as_str(), of.label()));
                (key, label, part.recognized_hours, part.pending_hours, late)
            })
            .collect(),
    };
    let whole = parts.iter().map(|(_, _, recognized, ..)| recognized.hundredths()).sum();
    let item = |(key, label, recognized_hours, pending_hours, late_hours): Part<'_>| CompositionItem {
        key: key.to_owned(),
        label: label.to_owned(),
        recognized_hours,
        late_hours,
        pending_hours,
        share: rules::share(whole, recognized_hours.hundredths()),
    };
    Ok(CompositionView {
        organization: organizations::root_of(conn, &scope)?,
        training_year: year.year,
        by,
        items: parts.into_iter().map(item).collect(),
    })
}

/// Computes the figures of every year and cycle since the first.
///
/// # Errors
/// 422 at `organization_id`.
pub fn trend(conn: &mut DbConnection, user: &CurrentUser, query: &TrendQuery) -> Result<TrendView> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let policies = policies::all(conn)?;
    let policies = policies.of(&scope.root);
    let running = policies.year_of(user.today()).year;
    let years: Vec<TrainingYear> =
        (policies.first_year().min(running)..=running).map(|year| policies.year(year)).collect();
    let of_year = |tally: tallies::YearTally| YearTrend {
        training_year: tally.training_year,
        teachers: tally.sums.teachers,
        met: tally.sums.met,
        exempt: tally.sums.exempt,
        rate: tally.sums.rate(),
        recognized_hours: Hours::from_hundredths(tally.sums.recognized),
        late_hours: tally.sums.late_hours(),
    };
    let of_cycle = |tally: credits::Tally| CycleTrend {
        cycle_first_year: tally.cycle_first_year,
        cycle_last_year: tally.cycle_last_year,
        teachers: tally.met + tally.on_track + tally.behind + tally.exempt,
        met: tally.met,
        on_track: tally.on_track,
        behind: tally.behind,
        exempt: tally.exempt,
    };
    let cycles = policies.cycles_until(running);
    Ok(TrendView {
        organization: organizations::root_of(conn, &scope)?,
        years: tallies::by_year(conn, user, &scope, &years)?.into_iter().map(of_year).collect(),
        cycles: credits::tallies(conn, user, &scope, &cycles)?.into_iter().map(of_cycle).collect(),
    })
}

/// The only order of the heat map, which cursors name.
const MAP_ORDER: &str = "code";

/// Computes a page of the heat map of a cycle.
///
/// # Errors
/// 422 at `organization_id`, `cycle_first_year` or `cursor`.
pub fn cycle_map(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &CycleMapQuery,
    page: &PageRequest,
) -> Result<CycleMapView> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let years = credits::requested_years(conn, query.cycle_first_year, &scope.root, user.today())?;
    let today = user.today();
    let begun: Vec<TrainingYear> = years.iter().copied().filter(|year| year.first_day <= today).collect();
    // A future cycle reads its first year, so that its organizations are listed.
    let counted = if begun.is_empty() { &years[..1] } else { &begun[..] };
    let (first, last) = (years[0], years[years.len() - 1]);
    let after: Option<String> = page.after(MAP_ORDER)?;
    let tallies =
        tallies::by_organization_and_year(conn, user, &scope, (&years, counted), after.as_deref(), page.fetch())?;
    let rows = page.page(MAP_ORDER, map_rows(&years, &begun, tallies), |row| row.code.clone(), None)?;
    Ok(CycleMapView {
        organization: organizations::root_of(conn, &scope)?,
        cycle_first_year: first.year,
        cycle_last_year: last.year,
        items: rows.items,
        next_cursor: rows.next_cursor,
    })
}

/// Makes a row for each organization, in the order of the tallies, with a cell for every year.
fn map_rows(years: &[TrainingYear], begun: &[TrainingYear], tallies: Vec<MapTally>) -> Vec<CycleMapRow> {
    let empty =
        |year: &TrainingYear| CycleMapCell { training_year: year.year, teachers: 0, met: 0, exempt: 0, rate: None };
    let mut rows: Vec<CycleMapRow> = Vec::new();
    for tally in tallies {
        if rows.last().is_none_or(|row| row.organization_id != tally.organization_id) {
            let years = years.iter().map(empty).collect();
            rows.push(CycleMapRow {
                organization_id: tally.organization_id,
                code: tally.code,
                label: tally.name,
                years,
            });
        }
        let (Some(row), Some(year)) = (rows.last_mut(), tally.training_year) else { continue };
        let has_begun = begun.iter().any(|begun| begun.year == year);
        if let Some(cell) = row.years.iter_mut().find(|cell| has_begun && cell.training_year == year) {
            (cell.teachers, cell.met) = (tally.teachers.unwrap_or_default(), tally.met.unwrap_or_default());
            cell.exempt = tally.exempt.unwrap_or_default();
            cell.rate = rate(cell.teachers - cell.exempt, cell.met);
        }
    }
    rows
}
