//! The last pass of an API.

use indexmap::IndexMap;

use super::{Parts, RestApi, Route, RouteKey};
use crate::cfn::apigateway::{self, HttpMethod, Integration, IntegrationType};
use crate::cfn::{Arn, Handle, Pseudo, Val, lambda, logs, region};
use crate::construct::{Cx, Resources};
use crate::constructs::encrypted_log_group::log_group;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::name::Text;
use crate::service::apigateway as facts;

impl RestApi {
    pub(super) fn build_parts(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
        let Parts { api, paths, methods, preflights, stage, stage_name, .. } = parts;
        let mut found = self.check(cx);
        let logs = found.take(self.logs(parts, cx, out));
        let functions: Vec<_> = self.routes.values().map(|route| found.take(route.function(cx))).collect();
        found.or(())?;
        let Some(logs) = logs else { return Ok(()) };
        let properties = apigateway::RestApi {
            name: parts.name.clone(),
            description: self.description.as_ref().map(Text::as_str).map(str::to_owned),
            endpoint_configuration: apigateway::EndpointConfiguration::REGIONAL,
            security_policy: facts::SECURITY_POLICY,
            endpoint_access_mode: facts::ENDPOINT_ACCESS_MODE,
            disable_execute_api_endpoint: self.disable_execute_api_endpoint.then_some(true),
            tags: Vec::new(),
        };
        out.add(api, properties);
        for (path, handle) in paths {
            let (before, part) = path.rsplit_once('/').unwrap_or(("", path));
            let (rest_api_id, parent_id) = (api.reference(), parts.resource(before));
            out.add(handle, apigateway::Resource { rest_api_id, parent_id, path_part: part.to_owned() });
        }
        let routes = self.routes.iter().zip(functions.into_iter().flatten());
        for (((key, route), function), (method, permission)) in routes.zip(methods) {
            out.add(
                permission,
                lambda::Permission {
                    function_name: Arn::of(&function).text(),
                    action: "lambda:InvokeFunction",
                    principal: facts::PRINCIPAL.at(cx.target()),
                    source_account: None,
                    source_arn: Some(parts.route(key, cx)),
                },
            );
            out.add(method, parts.method(key, route, &function, cx));
        }
        for preflight in preflights {
            let Some(cors) = self.cors_on(&preflight.path) else { continue };
            let resource = parts.resource(&preflight.path);
            out.add(&preflight.method, self.preflight(cors, &preflight.path, api.reference(), resource));
        }
        let deployment = parts.deploy(out);
        let properties = apigateway::Stage {
            rest_api_id: api.reference(),
            deployment_id: deployment.reference(),
            stage_name: stage_name.clone(),
            access_log_setting: apigateway::AccessLogSetting { destination_arn: logs, format: facts::LOG_FORMAT },
            method_settings: [self.settings()],
            tracing_enabled: self.tracing,
            tags: Vec::new(),
        };
        out.add(stage, properties);
        Ok(())
    }

    /// What holds for all methods. Nothing is cached; the log of execution, which has what was sent, is off.
    fn settings(&self) -> apigateway::MethodSetting {
        apigateway::MethodSetting {
            resource_path: "/*",
            http_method: "*",
            logging_level: "OFF",
            data_trace_enabled: false,
            metrics_enabled: self.metrics,
            caching_enabled: false,
            throttling_rate_limit: self.throttling.map(|throttling| throttling.rate.get()),
            throttling_burst_limit: self.throttling.map(|throttling| throttling.burst.get()),
        }
    }

    /// Makes the log, if it is the API's own. Whoever holds the result waits for the role by which the account logs, if
    /// this environment makes it: without one API Gateway refuses a stage that logs.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>
    fn logs(&self, parts: &Parts, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<Arn> {
        let group = match (&parts.log, &self.access_logs) {
            (Some(own), _) => {
                log_group(own, self.logs_key.as_ref(), logs::LogGroup::default(), cx, out)?;
                own.clone()
            }
            (None, Some(to)) => cx.get_here(to)?,
            (None, None) => unreachable!("a log that nobody else has is its own"),
        };
        Ok(cx.all_here::<apigateway::Account>().fold(Arn::of(&group), |arn, account| arn.after(&account)))
    }
}

impl Route {
    /// The function that it calls.
    fn function(&self, cx: &Cx<'_>) -> Result<Handle<lambda::Function>> {
        let function = cx.get_here(&self.function)?;
        if cx.is_foreign(&function) {
            let message = format!("`{}` is in another account, and an API calls functions of its own", self.function);
            return Err(Diagnostic::error(Code::WrongReference, self.function.span(), message).into());
        }
        Ok(function)
    }
}

impl Parts {
    /// The resource of a path.
    fn resource(&self, path: &str) -> Val<String> {
        self.paths.get(path).map_or_else(|| self.api.root_resource_id(), Handle::reference)
    }

    fn method(
        &self,
        key: &RouteKey,
        route: &Route,
        function: &Handle<lambda::Function>,
        cx: &Cx<'_>,
    ) -> apigateway::Method {
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
        let uri = Val::concat([
            "arn:".into(),
            Pseudo::Partition.into(),
            ":apigateway:".into(),
            region(cx.target()),
            ":lambda:path/2015-03-31/functions/".into(),
            Arn::of(function).text(),
            "/invocations".into(),
        ]);
        apigateway::Method {
            rest_api_id: self.api.reference(),
            resource_id: self.resource(key.path()),
            http_method: key.method,
            authorization_type: route.authorization.lower(),
            integration: Integration {
                r#type: IntegrationType::AwsProxy,
                integration_http_method: Some(HttpMethod::Post), // the one by which Lambda is called
                uri: Some(uri),
                request_templates: IndexMap::new(),
                integration_responses: Vec::new(),
            },
            method_responses: Vec::new(),
        }
    }

    /// Deploys the methods as they are. A deployment never changes: its id follows from what it holds, so that another
    /// is made when a method changes. It waits for all methods, and for the permissions by which they call functions.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html>
    fn deploy(&self, out: &mut Resources<'_>) -> Handle<apigateway::Deployment> {
        let preflights = self.preflights.iter().map(|preflight| preflight.method.any());
        let methods = self.methods.iter().map(|(method, _)| method.any()).chain(preflights);
        let paths = self.paths.values().map(Handle::any);
        let held = [self.api.any()].into_iter().chain(paths).chain(methods.clone());
        let deployment = self.api.beside(&format!("Deployment{:016X}", out.digest(held)));
        let permissions = self.methods.iter().map(|(_, permission)| permission.any());
        let order = methods.chain(permissions).map(|any| any.order());
        let rest_api_id = Val::concat(order.chain([self.api.reference()]));
        out.add(&deployment, apigateway::Deployment { rest_api_id });
        deployment
    }
}
