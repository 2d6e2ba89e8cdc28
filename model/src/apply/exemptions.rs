//! Acts on exemptions.

use chrono::NaiveDate;

use crate::{
    county::{County, Exemption},
    event::Refusal,
    ids::{ExemptionId, TeacherId},
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

fn standing_exemption(county: &mut County, exemption: ExemptionId) -> Result<&mut Exemption, Refusal> {
    county
        .exemptions
        .iter_mut()
        .find(|statement| statement.id == exemption && statement.taken_back_on.is_none())
        .ok_or(Refusal::Unspecified("no such exemption"))
}

pub fn confirm_exemption(county: &mut County, exemption: ExemptionId, today: NaiveDate) -> Result<(), Refusal> {
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
    let former = standing_exemption(county, exemption)?;
    if last < former.first || former.last <= last || former.confirmed_on.is_none() {
        return Err(Refusal::Unspecified("no earlier end of a confirmed exemption"));
    }
    let ended = Exemption { last, recorded_on: today, ..former.clone() };
    former.taken_back_on = Some(today);
    county.exemptions.push(ended);
    Ok(())
}
