//! An application as the rules see it: who taught, applied, graded and reviewed, and what follows for who else may review and
//! decide (三-2).

use std::collections::HashSet;

use songjiao_types::{ErrorCode, UserId, certifications::ReviewerExclusion};

use crate::auth::person::PersonId;

/// A review, by the account that gave it and the person behind it.
#[derive(Clone, Copy, Debug)]
pub struct GivenReview {
    pub account: UserId,
    pub person: PersonId,
}

/// What decides who may review and decide an application.
#[derive(Clone, Debug)]
pub struct Application {
    /// No decision has been made.
    pub open: bool,
    pub teacher: PersonId,
    pub applicant: PersonId,
    /// All who ever graded the lesson.
    pub graders: HashSet<PersonId>,
    /// The members of the lesson's team on the day of the latest grading.
    pub team: HashSet<PersonId>,
    /// The members whom the bureau has admitted.
    pub admitted: HashSet<PersonId>,
    /// The reviews, oldest first.
    pub reviews: Vec<GivenReview>,
    /// How many members of the team may review without being admitted (policy).
    pub own_team_reviewers: usize,
    /// The number of reviews that a decision requires (policy, two or more).
    pub reviews_required: i32,
}

impl Application {
    /// Returns whether a person takes one of the team's places by reviewing.
    fn takes_place(&self, person: PersonId) -> bool {
        self.team.contains(&person) && !self.admitted.contains(&person)
    }

    /// Returns why a person may not review, if `taken` of the team's places are taken by others.
    fn exclusion_beside(&self, person: PersonId, taken: usize) -> Option<ReviewerExclusion> {
        if person == self.teacher {
            Some(ReviewerExclusion::OwnLesson)
        } else if person == self.applicant {
            Some(ReviewerExclusion::OwnApplication)
        } else if self.graders.contains(&person) {
            Some(ReviewerExclusion::GradedLesson)
        } else if self.takes_place(person) && taken >= self.own_team_reviewers {
            Some(ReviewerExclusion::LessonTeam)
        } else {
            None
        }
    }

    /// Returns for each review why it does not count. Only the first of a person counts.
    pub fn review_exclusions(&self) -> Vec<Option<ReviewerExclusion>> {
        let (mut seen, mut taken) = (HashSet::new(), 0);
        let exclusion = |review: &GivenReview| {
            let exclusion = match self.exclusion_beside(review.person, taken) {
                None if !seen.insert(review.person) => Some(ReviewerExclusion::SamePerson),
                exclusion => exclusion,
            };
            taken += usize::from(exclusion.is_none() && self.takes_place(review.person));
            exclusion
        };
        self.reviews.iter().map(exclusion).collect()
    }

    /// Returns the persons whose reviews count.
    pub fn counted(&self) -> HashSet<PersonId> {
        let reviews = self.reviews.iter().zip(self.review_exclusions());
        reviews.filter(|(_, exclusion)| exclusion.is_none()).map(|(review, _)| review.person).collect()
    }

    /// Returns why a person who has not reviewed may not review.
    pub fn exclusion(&self, person: PersonId) -> Option<ReviewerExclusion> {
        let taken = self.counted().into_iter().filter(|other| *other != person && self.takes_place(*other)).count();
        self.exclusion_beside(person, taken)
    }

    /// Returns whether there are as many reviews as a decision requires.
    pub fn has_enough_reviews(&self) -> bool {
        i32::try_from(self.counted().len()).is_ok_and(|count| count >= self.reviews_required)
    }

    /// Returns how many of some persons can review or have reviewed independently, each named once.
    pub fn possible_reviewers(&self, persons: &HashSet<PersonId>) -> usize {
        let counted = self.counted();
        let taken = counted.iter().filter(|person| self.takes_place(**person)).count();
        let places = self.own_team_reviewers.saturating_sub(taken);
        let others = persons.difference(&counted).filter(|person| self.exclusion_beside(**person, 0).is_none());
        let (team, independent): (Vec<&PersonId>, Vec<&PersonId>) =
            others.partition(|person| self.takes_place(**person));
        counted.len() + independent.len() + team.len().min(places)
    }

    /// Returns whether fewer of some persons can review than a decision requires.
    pub fn has_too_few_reviewers(&self, persons: &HashSet<PersonId>) -> bool {
        self.open && i32::try_from(self.possible_reviewers(persons)).is_ok_and(|count| count < self.reviews_required)
    }

    /// Returns why a person may not decide.
    pub fn decision_exclusion(&self, person: PersonId) -> Option<(ErrorCode, &'static str)> {
        if person == self.teacher {
            Some((ErrorCode::OwnLesson, "不能决定本人课例的认定"))
        } else if person == self.applicant {
            Some((ErrorCode::OwnApplication, "申请人不能决定自己提交的申请，请由他人决定"))
        } else if self.reviews.iter().any(|review| review.person == person) {
            Some((ErrorCode::OwnReview, "您评审过该申请，请由他人决定"))
        } else {
            None
        }
    }

    /// Returns whether the application waits for a decision that a person may make.
    pub fn may_be_decided_by(&self, person: PersonId) -> bool {
        self.open && self.has_enough_reviews() && self.decision_exclusion(person).is_none()
    }

    /// Returns whether the application asks a person to review it: it is open, lacks reviews, and the person may
    /// review and has not.
    pub fn asks(&self, person: PersonId) -> bool {
        self.open
            && !self.has_enough_reviews()
            && !self.reviews.iter().any(|review| review.person == person)
            && self.exclusion(person).is_none()
    }
}

#[cfg(test)]
pub(super) mod samples {
    use songjiao_types::TeacherId;
    use uuid::Uuid;

    use super::*;

    pub fn person() -> PersonId {
        PersonId::Teacher(TeacherId::from_uuid(Uuid::now_v7()))
    }

    pub fn application() -> Application {
        Application {
            open: true,
            teacher: person(),
            applicant: person(),
            graders: HashSet::new(),
            team: HashSet::new(),
            admitted: HashSet::new(),
            reviews: Vec::new(),
            own_team_reviewers: 0,
            reviews_required: 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use ReviewerExclusion::{LessonTeam, SamePerson};
    use uuid::Uuid;

    use super::{
        samples::{application, person},
        *,
    };

    fn by(person: PersonId) -> GivenReview {
        GivenReview { account: UserId::from_uuid(Uuid::now_v7()), person }
    }

    #[test]
    fn only_the_first_review_of_an_independent_person_counts() {
        let (one, member, colleague) = (person(), person(), person());
        let mut application = application();
        application.team = HashSet::from([member, colleague]);
        application.reviews = vec![by(one), by(member), by(one), by(colleague)];
        assert_eq!(application.review_exclusions(), [None, Some(LessonTeam), Some(SamePerson), Some(LessonTeam)]);
        application.own_team_reviewers = 1;
        assert_eq!(application.review_exclusions(), [None, None, Some(SamePerson), Some(LessonTeam)]);
        assert!(application.has_enough_reviews());
        application.admitted = HashSet::from([member]);
        assert_eq!(application.review_exclusions(), [None, None, Some(SamePerson), None]);
        application.graders = HashSet::from([member]);
        assert_eq!(application.exclusion(member), Some(ReviewerExclusion::GradedLesson), "although admitted");
    }

    #[test]
    fn the_team_counts_as_far_as_the_policy_has_places() {
        let [teacher, applicant, one, two, three] = [(); 5].map(|()| person());
        let mut application = application();
        (application.teacher, application.applicant) = (teacher, applicant);
        application.team = HashSet::from([two, three]);
        let persons = HashSet::from([teacher, applicant, one, two, three]);
        assert_eq!(application.possible_reviewers(&persons), 1);
        assert!(application.has_too_few_reviewers(&persons));
        application.own_team_reviewers = 1;
        assert_eq!(application.possible_reviewers(&persons), 2);
        application.reviews.push(by(two));
        assert_eq!(application.possible_reviewers(&persons), 2, "the place is taken");
        application.graders = HashSet::from([two]);
        assert_eq!(application.possible_reviewers(&persons), 2, "and free again");
        application.graders.insert(three);
        assert!(application.has_too_few_reviewers(&persons));
        application.open = false;
        assert!(!application.has_too_few_reviewers(&persons));
    }

    #[test]
    fn an_application_with_enough_reviews_asks_no_one() {
        let (one, other, third) = (person(), person(), person());
        let mut application = application();
        application.reviews = vec![by(one)];
        assert!(application.asks(third) && !application.asks(one));
        application.reviews.push(by(other));
        assert!(!application.asks(third));
        assert_eq!(application.exclusion(third), None, "but lets them");
    }
}
