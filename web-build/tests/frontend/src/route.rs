pub enum Route {
    #[at("/")]
    Home,
    #[at("/login")]
    Login,
    #[at("/projects/:id")]
    Project { id: ProjectId },
    #[not_found]
    #[at("/404")]
    NotFound,
}
