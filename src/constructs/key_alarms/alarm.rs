//! The alarms, and when each goes off.

use schemars::JsonSchema;
use serde::Deserialize;

use super::KeyAlarms;
use crate::cfn::cloudwatch::{Alarm, ComparisonOperator, Metric, MetricDataQuery, MetricStat, MissingData};
use crate::cfn::{Arn, Handle, Val};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Spanned;
use crate::name::Bounded;
use crate::service::cloudwatch::{DAY, HOUR, WEEK};

/// When an alarm goes off.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sensitivity {
    /// How much in a period is too much.
    pub threshold: Option<Spanned<Bounded<1, { u32::MAX }>>>,
    /// Seconds that are counted together, a multiple of 60, by default 300.
    pub period: Option<Spanned<Bounded<60, 86_400>>>,
    /// How many periods in a row it takes.
    pub periods: Option<Spanned<Bounded<1, 1_440>>>,
    /// What a period counts as in which the log group got nothing, by default `not-breaching`.
    #[serde(default)]
    pub missing_data: MissingData,
}

/// What an alarm is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    UnusualUse,
    Errors,
    FailedDecryption,
    AccessDenied,
    Destruction,
}

/// The most a percentage can be.
const ALL_OF_THEM: u32 = 100;

impl Kind {
    pub(super) const ALL: [Self; 5] =
        [Self::UnusualUse, Self::Errors, Self::FailedDecryption, Self::AccessDenied, Self::Destruction];

    /// Its part of logical ids.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::UnusualUse => "UnusualUse",
            Self::Errors => "Errors",
            Self::FailedDecryption => "FailedDecryption",
            Self::AccessDenied => "AccessDenied",
            Self::Destruction => "Destruction",
        }
    }

    /// What stack files call it, and how the name of its alarm ends.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::UnusualUse => "unusual-use",
            Self::Errors => "errors",
            Self::FailedDecryption => "failed-decryption",
            Self::AccessDenied => "access-denied",
            Self::Destruction => "destruction",
        }
    }

    /// The metric that it watches.
    pub(super) fn metric(self) -> &'static str {
        match self {
            Self::UnusualUse => "Requests",
            Self::Errors => "Errors",
            Self::FailedDecryption => "FailedDecryptions",
            Self::AccessDenied => "Denials",
            Self::Destruction => "Destruction",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::UnusualUse => "more requests for the keys than usual",
            Self::Errors => "many requests for the keys fail, in percent",
            Self::FailedDecryption => "decryption under the keys fails",
            Self::AccessDenied => "somebody is denied use of the keys",
            Self::Destruction => "somebody ordered to disable or delete a key of the account",
        }
    }

    /// How many periods in a row it takes, unless the user says so.
    fn periods(self) -> u32 {
        match self {
            Self::UnusualUse => 3,
            Self::Errors => 2,
            Self::FailedDecryption | Self::AccessDenied | Self::Destruction => 1,
        }
    }

    /// The alarm. What is usual, CloudWatch learns by itself.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html>
    pub(super) fn lower(
        self,
        alarm: &Handle<Alarm>,
        sensitivity: &Sensitivity,
        namespace: &Val<String>,
        alarm_actions: Vec<Arn>,
    ) -> Alarm {
        let threshold = sensitivity.threshold.as_ref().map(|threshold| threshold.value.get());
        let sum = |id, metric_name, return_data| MetricDataQuery {
            id,
            metric_stat: Some(MetricStat {
                metric: Metric { namespace: namespace.clone(), metric_name },
                period: sensitivity.period(),
                stat: "Sum",
            }),
            return_data,
            ..MetricDataQuery::default()
        };
        let computed = |id, label, expression| MetricDataQuery {
            id,
            label: Some(label),
            expression: Some(expression),
            return_data: true,
            ..MetricDataQuery::default()
        };
        let own = |return_data| sum("m1", self.metric(), return_data);
        let (metrics, band, threshold) = match (self, threshold) {
            (Self::UnusualUse, None) => {
                (vec![own(true), computed("band", "usual", "ANOMALY_DETECTION_BAND(m1, 3)")], Some("band"), None)
            }
            (Self::Errors, threshold) => {
                let all = sum("m2", Self::UnusualUse.metric(), false);
                let rate = computed("rate", "errors in percent", "IF(m2 > 0, 100 * m1 / m2, 0)");
                (vec![own(false), all, rate], None, Some(threshold.unwrap_or(5)))
            }
            (_, threshold) => (vec![own(true)], None, Some(threshold.unwrap_or(1))),
        };
        Alarm {
            alarm_name: Some(alarm.name()),
            alarm_description: Some(self.description().to_owned()),
            metrics,
            comparison_operator: match band {
                Some(_) => ComparisonOperator::GreaterThanUpperThreshold,
                None => ComparisonOperator::GreaterThanOrEqualToThreshold,
            },
            threshold,
            threshold_metric_id: band,
            evaluation_periods: sensitivity.periods(self),
            treat_missing_data: sensitivity.missing_data,
            alarm_actions,
            tags: Vec::new(),
        }
    }
}

impl Sensitivity {
    fn period(&self) -> u32 {
        self.period.as_ref().map_or(300, |period| period.value.get())
    }

    fn periods(&self, kind: Kind) -> u32 {
        self.periods.as_ref().map_or(kind.periods(), |periods| periods.value.get())
    }

    /// What CloudWatch does not count together, and what no percentage reaches.
    pub(super) fn check(&self, kind: Kind) -> Diagnostics {
        let mut found = Diagnostics::default();
        let (period, periods) = (self.period(), self.periods(kind));
        if let Some(written) = self.period.as_ref().filter(|_| !period.is_multiple_of(60)) {
            let message = format!("CloudWatch counts over whole minutes, and {period} seconds are none");
            found.push(Diagnostic::error(Code::InvalidValue, written.span, message));
        }
        let (most, words) = if period < HOUR { (DAY, "a day") } else { (WEEK, "a week") };
        let at = self.periods.as_ref().map(|it| it.span).or(self.period.as_ref().map(|it| it.span));
        if let Some(at) = at.filter(|_| period.saturating_mul(periods) > most) {
            let message =
                format!("{periods} periods of {period} seconds are more than {words}, over which CloudWatch looks");
            found.push(Diagnostic::error(Code::OutOfRange, at, message));
        }
        let percentage = self.threshold.as_ref().filter(|_| kind == Kind::Errors);
        if let Some(percentage) = percentage.filter(|it| it.value.get() > ALL_OF_THEM) {
            let message = format!("this is a percentage, and {} are more than all requests", percentage.value.get());
            found.push(Diagnostic::error(Code::OutOfRange, percentage.span, message));
        }
        found
    }
}

impl KeyAlarms {
    pub(super) fn sensitivity(&self, kind: Kind) -> &Sensitivity {
        match kind {
            Kind::UnusualUse => &self.unusual_use,
            Kind::Errors => &self.errors,
            Kind::FailedDecryption => &self.failed_decryption,
            Kind::AccessDenied => &self.access_denied,
            Kind::Destruction => &self.destruction,
        }
    }
}
