//! Acts on exemptions.

use chrono::NaiveDate;

use crate::{
    county::{County, Exemption},
    dates::Span,
    event::Refusal,
    ids::{ExemptionId, TeacherId},
    rules::calendar::year_span,
};

pub fn add_exemption(
    county: &mut County,
    exemption: ExemptionId,
    teacher: TeacherId,
    first: NaiveDate,
    last: NaiveDate,
    confirmed: bool,
    today: NaiveDate,
) -> Result<(), Refusal> {
    if last < first || county.exemptions.iter().any(|statement| statement.id >= exemption) {
        return Err(Refusal::Unspecified("without days, or the id is not new"));
    }
    check_open(county, Span::new(first, last))?;
    county.exemptions.push(Exemption {
        id: exemption,
        teacher,
        first,
        last,
        recorded_on: today,
        confirmed_on: confirmed.then_some(today),
        taken_back_on: None,
    });
    Ok(())
}

/// The design does not say what becomes of exemptions in closed years.
fn check_open(county: &County, days: Span) -> Result<(), Refusal> {
    let touched = county.closings.iter().filter(|closing| closing.reopened_on.is_none());
    match touched.map(|closing| year_span(county, closing.training_year)).any(|year| year.overlaps(days)) {
        true => Err(Refusal::Unspecified("an exemption in a closed year")),
        false => Ok(()),
    }
}

fn standing_exemption(county: &mut County, exemption: ExemptionId) -> Result<&mut Exemption, Refusal> {
    county
        .exemptions
        .iter_mut()
        .find(|statement| statement.id == exemption && statement.taken_back_on.is_none())
        .ok_or(Refusal::Unspecified("no such exemption"))
}

pub fn confirm_exemption(county: &mut County, exemption: ExemptionId, today: NaiveDate) -> Result<(), Refusal> {
    let days = standing_exemption(county, exemption)?.span();
    check_open(county, days)?;
    let filed = standing_exemption(county, exemption)?;
    if filed.confirmed_on.is_some() {
        return Err(Refusal::Unspecified("confirmed before"));
    }
    filed.confirmed_on = Some(today);
    Ok(())
}

pub fn end_exemption(
    county: &mut County,
    exemption: ExemptionId,
    last: NaiveDate,
    today: NaiveDate,
) -> Result<(), Refusal> {
    let days = standing_exemption(county, exemption)?.span();
    check_open(county, days)?;
    let former = standing_exemption(county, exemption)?;
    if last < former.first || former.last <= last || former.confirmed_on.is_none() {
        return Err(Refusal::Unspecified("no earlier end of a confirmed exemption"));
    }
    let ended = Exemption { last, recorded_on: today, ..former.clone() };
    former.taken_back_on = Some(today);
    county.exemptions.push(ended);
    Ok(())
}
