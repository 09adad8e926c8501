using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace EmbeddingFunctions.Functions.Http;

internal sealed class HealthFunction
{
    [Function("Health")]
    public static IActionResult Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health")] HttpRequest request
    ) => new OkObjectResult(new { status = "live", request.Host });
}
