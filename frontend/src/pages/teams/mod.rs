//! Teams 送培团队: who delivers the training (六-1-3).

mod detail;
mod form;
mod list;
mod members;

pub use detail::DetailPage;
pub use form::{CreatePage, EditPage};
pub use list::ListPage;

use songjiao_types::{Page, TeamId, WireEnum, teams::TeamView};
use yew::prelude::*;

use crate::{
    api::{
        Get,
        teams::{find_team, list_teams},
    },
    components::{Badge, Crumb, Pickable, Tone},
    query::Query,
    route::Route,
};

/// The list, above every other page of the slice.
fn list_crumb() -> Crumb {
    Crumb::to("送培团队", Route::Teams)
}

/// Whether the team takes projects.
fn status_badge(team: &TeamView) -> Html {
    if team.disbanded_on.is_some() {
        html! { <Badge>{ "已解散" }</Badge> }
    } else {
        html! { <Badge tone={Tone::Success}>{ "在任" }</Badge> }
    }
}

impl Pickable for TeamView {
    type Id = TeamId;

    fn search(query: &Query) -> Get<Page<Self>> {
        list_teams(query)
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
        let leaders = if self.leaders.is_empty() { "未指定负责人".to_owned() } else { self.leaders.join("、") };
        format!("{}{} · {leaders} · {} 人", self.stage.label(), self.subject, self.member_count)
    }
}
