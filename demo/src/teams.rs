//! The teams 送培团队: backbone teachers of a subject, and an expert from the university.

use songjiao_api::batch::teams::{MemberRow, TeamRow};
use songjiao_types::{OrganizationId, TeamId, teachers::Gender, teams::TeamMemberRole, training::Stage};

use super::{
    calendar::{day, nine},
    county::County,
    people::{self, Person},
    random::Chance,
};

/// The stages and subjects of the teams.
const SUBJECTS: [(Stage, &str); 12] = [
    (Stage::Primary, "语文"),
    (Stage::Primary, "数学"),
    (Stage::Primary, "英语"),
    (Stage::Primary, "道德与法治"),
    (Stage::JuniorMiddle, "语文"),
    (Stage::JuniorMiddle, "数学"),
    (Stage::JuniorMiddle, "英语"),
    (Stage::JuniorMiddle, "物理"),
    (Stage::JuniorMiddle, "历史"),
    (Stage::Kindergarten, "学前教育"),
    (Stage::SeniorMiddle, "语文"),
    (Stage::SeniorMiddle, "数学"),
];

/// What the projects need to know of a team.
pub struct Team {
    pub id: TeamId,
    pub stage: Stage,
    pub subject: &'static str,
    /// The indices of the members, the leader first.
    pub members: Vec<usize>,
}

/// The generated teams.
#[derive(Default)]
pub struct Teams {
    pub formed: Vec<Team>,
    pub rows: Vec<TeamRow>,
    pub members: Vec<MemberRow>,
}

/// Returns the stage as it stands in names: 小学, 初中 …
pub fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Kindergarten => "幼儿园",
        Stage::Primary => "小学",
        Stage::JuniorMiddle => "初中",
        Stage::SeniorMiddle => "高中",
        Stage::Special => "特教",
        Stage::Vocational => "中职",
    }
}

/// Generates the teams.
pub fn form(chance: &mut Chance, county: &County, people: &[Person], owner: OrganizationId) -> Teams {
    let mut found = Teams::default();
    let since = day(2023, 12, 20);
    for (stage, subject) in SUBJECTS {
        let mut able: Vec<usize> = (0..people.len())
            .filter(|at| {
                let person = &people[*at];
                person.backbone && person.stage == stage && person.subject == subject
            })
            .filter(|at| {
                people[*at].joined_on < since && people[*at].left_on.is_none() && people[*at].exempt.is_empty()
            })
            .collect();
        // Town teachers come first: they are sent to the country.
        able.sort_by_key(|at| county.schools[people[*at].school].rural);
        able.truncate(7);
        let id = chance.id(since);
        found.rows.push(TeamRow {
            id,
            name: format!("{}{subject}送培团队", stage_name(stage)),
            organization_id: owner,
            subject: subject.to_owned(),
            stage,
            disbanded_on: None,
            version: 1,
            created_at: nine(since),
            updated_at: nine(since),
        });
        for (place, at) in able.iter().enumerate() {
            let role = if place == 0 { TeamMemberRole::Leader } else { TeamMemberRole::Member };
            found.members.push(member(chance, id, Some(&people[*at]), people[*at].name.clone(), role, None));
        }
        let expert = people::name(chance, Gender::Female);
        found.members.push(member(chance, id, None, expert, TeamMemberRole::Expert, Some(county.university.clone())));
        found.formed.push(Team { id, stage, subject, members: able });
    }
    found
}

fn member(
    chance: &mut Chance,
    team: TeamId,
    person: Option<&Person>,
    name: String,
    role: TeamMemberRole,
    institution: Option<String>,
) -> MemberRow {
    let since = day(2023, 12, 25);
    MemberRow {
        id: chance.id(since),
        team_id: team,
        teacher_id: person.map(|person| person.id),
        name,
        institution,
        role,
        joined_on: since,
        left_on: None,
        created_at: nine(since),
    }
}
