# One image, one binary; the command of each container names its role.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Platform -c Release -r linux-x64 -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update && apt-get install -y --no-install-recommends curl libzstd1 && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /opt/platform
RUN ln -s /opt/platform/platform /usr/local/bin/platform && mkdir -p /var/lib/platform
EXPOSE 9092 9093 8080 8081 8082
ENTRYPOINT ["platform"]
CMD ["dev"]
