//! Shared by the pages of teams.

use songjiao_types::{
    Page, TeamId,
    teams::{TeamQuery, TeamView},
};
use yew::prelude::*;

use crate::{
    api::{
        Get,
        teams::{find_team, list_teams},
    },
    components::{Crumb, MATCHES, Pickable, Tone, badge},
    format,
    route::Route,
};

/// The breadcrumb of the list.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("送培团队"), Route::Teams)
}

/// Whether the team is active.
pub fn status_badge(team: &TeamView) -> Html {
    if team.disbanded_on.is_some() { badge(Tone::Neutral, t!("已解散")) } else { badge(Tone::Success, t!("在任")) }
}

impl Pickable for TeamView {
    type Id = TeamId;
    type Query = TeamQuery;

    fn search(within: TeamQuery, q: Option<String>) -> Get<Page<Self>> {
        list_teams(&TeamQuery { q, limit: Some(MATCHES), ..within })
    }

    fn find(id: TeamId) -> Get<Self> {
        find_team(id)
    }

    fn id(&self) -> TeamId {
        self.id
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn detail(&self) -> String {
        let leaders =
            if self.leaders.is_empty() { t!("未指定负责人").to_owned() } else { self.leaders.join(t!("、")) };
        t!(
            "{taught} · {leaders} · {member_count} 人",
            taught = format::stage_and_subject(Some(self.stage), &self.subject),
            leaders,
            member_count = self.member_count
        )
    }
}
