//! Teams 送培团队.

use songjiao_types::{
    Page, TeamId, TeamMemberId,
    teams::{CreateTeam, CreateTeamMember, TeamMemberView, TeamQuery, TeamView, UpdateTeam},
};

use super::{ApiResult, Client, Fetched, Get};

/// Lists the teams, a page at a time.
pub fn list_teams(query: &TeamQuery) -> Get<Page<TeamView>> {
    Get::list("/teams", query)
}

/// One team.
pub fn find_team(id: TeamId) -> Get<TeamView> {
    Get::new(format!("/teams/{id}"))
}

/// Creates a team.
pub async fn create_team(client: &Client, body: &CreateTeam) -> ApiResult<Fetched<TeamView>> {
    client.post("/teams", body).await
}

/// Changes, disbands or restores a team.
pub async fn update_team(client: &Client, id: TeamId, etag: &str, body: &UpdateTeam) -> ApiResult<Fetched<TeamView>> {
    client.patch(&format!("/teams/{id}"), etag, body).await
}

/// Lists the members of a team: leaders first, former members last.
pub fn list_team_members(id: TeamId) -> Get<Page<TeamMemberView>> {
    Get::new(format!("/teams/{id}/members"))
}

/// Adds a teacher or an external expert to a team.
pub async fn add_team_member(
    client: &Client,
    id: TeamId,
    body: &CreateTeamMember,
) -> ApiResult<Fetched<TeamMemberView>> {
    client.post(&format!("/teams/{id}/members"), body).await
}

/// Removes a member as of today. `etag` is the last known state of the team. The member's work in it stays on record.
pub async fn remove_team_member(client: &Client, team: TeamId, etag: &str, member: TeamMemberId) -> ApiResult<()> {
    client.delete(&format!("/teams/{team}/members/{member}"), etag).await
}
