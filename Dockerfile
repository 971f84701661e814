# One image per service, from the jar that `./mvnw -DskipTests package` has built:
#   docker build --build-arg SERVICE=gateway-service -t tidemark/gateway-service .
ARG JAVA_IMAGE=eclipse-temurin:25-jre

FROM ${JAVA_IMAGE} AS layers
ARG SERVICE
WORKDIR /build
COPY ${SERVICE}/target/${SERVICE}.jar application.jar
RUN java -Djarmode=tools -jar application.jar extract --layers --destination layers

FROM ${JAVA_IMAGE}
WORKDIR /app
# what changes least comes first, so that a new build of a service moves only its own classes
COPY --from=layers /build/layers/dependencies/ ./
COPY --from=layers /build/layers/spring-boot-loader/ ./
COPY --from=layers /build/layers/snapshot-dependencies/ ./
COPY --from=layers /build/layers/application/ ./
COPY docker/healthcheck docker/start /usr/local/bin/
ENV JAVA_TOOL_OPTIONS="-XX:MaxTenuringThreshold=1 -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError" \
    LOGGING_STRUCTURED_FORMAT_CONSOLE=ecs
# The AOT cache (JEP 483, 514, 515) of a start that ends before it does anything. The options above are those it is good for,
# with the heaps and either of the collectors that docker/start chooses.
# Where none can be made the service starts without one, and says so.
RUN java -XX:+UseSerialGC -XX:AOTCacheOutput=application.aot -Dspring.context.exit=onRefresh -Dspring.kafka.admin.auto-create=false \
        -jar application.jar > /tmp/training.log 2>&1 \
    || { tail -n 20 /tmp/training.log; rm -f application.aot; echo "no AOT cache: the service will start without"; }; \
    rm -rf /tmp/training.log /tmp/*
# for what a service is told to keep; a volume put here belongs to its user
RUN install -d -o 10001 -g 10001 /data
ARG MANAGEMENT_PORT=9080
ENV MANAGEMENT_SERVER_PORT=${MANAGEMENT_PORT}
USER 10001:10001
HEALTHCHECK --interval=3s --timeout=3s --start-period=180s --retries=5 CMD ["healthcheck"]
ENTRYPOINT ["start"]
